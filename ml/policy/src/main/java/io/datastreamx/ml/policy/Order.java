package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which candidates are asked, as it was drawn.
 *
 * @param candidates places in the ranking
 * @param positions the same with their odds
 * @param explores whether a draw left the best of those that were left
 */
record Order(int[] candidates, List<Position> positions, boolean explores) {
    /** @param odds of one candidate at least */
    static Order drawn(OrderOdds odds, Draw draw) {
        int count = odds.ranked().size();
        int[] order = new int[count];
        List<Position> positions = new ArrayList<>(count);
        boolean explores = false;
        for (int place = 0; place < Math.min(2, count); place++) {
            double[] shares = place == 0 ? odds.next() : odds.next(order[0]);
            int next = at(place == 0 ? draw.first() : draw.second(), shares);
            order[place] = next;
            positions.add(new Position(odds.ranked().get(next).id(), shares[next]));
            explores |= next != bestLeft(shares);
        }
        if (count > 2) {
            int place = 2;
            for (int next : odds.rest(order[0], order[1])) {
                order[place++] = next;
                positions.add(new Position(odds.ranked().get(next).id(), 1));
            }
        }
        return new Order(order, positions, explores);
    }

    private static int at(double point, double[] shares) {
        double upTo = 0;
        int last = 0;
        for (int i = 0; i < shares.length; i++) {
            upTo += shares[i];
            if (point < upTo) {
                return i;
            }
            last = shares[i] > 0 ? i : last;
        }
        // The shares may add up to a little less than 1.
        return last;
    }

    /** The first in rank of those that may come next. */
    private static int bestLeft(double[] shares) {
        int best = 0;
        while (shares[best] == 0) {
            best++;
        }
        return best;
    }
}
