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
        for (int place = 0; place < count; place++) {
            int[] asked = new int[place];
            System.arraycopy(order, 0, asked, 0, place);
            double[] shares = odds.next(asked);
            int best = mostLikely(shares);
            int next =
                    place == 0 ? at(draw.first(), shares, best) : place == 1 ? at(draw.second(), shares, best) : best;
            order[place] = next;
            positions.add(new Position(odds.ranked().get(next).id(), shares[next]));
            explores |= shares[next] < 1 && next != bestLeft(shares);
        }
        return new Order(order, positions, explores);
    }

    private static int at(double point, double[] shares, int otherwise) {
        double upTo = 0;
        for (int i = 0; i < shares.length; i++) {
            upTo += shares[i];
            if (point < upTo) {
                return i;
            }
        }
        // The shares may add up to a little less than 1.
        return otherwise;
    }

    private static int mostLikely(double[] shares) {
        int most = 0;
        for (int i = 1; i < shares.length; i++) {
            if (shares[i] > shares[most]) {
                most = i;
            }
        }
        return most;
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
