package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * How long an aggregator takes to answer: the share of questions that are answered by a time, linear between the
 * points, from nothing at 0, flat after the last. What is missing to 1 there is never answered in any time that was
 * waited.
 *
 * <p>Points of the distribution and not, say, a lognormal's two parameters: answers of real endpoints come in humps (a
 * cache, a slow path, a hanging share), they are cut off by the time limit, and limits lie in just that tail. Quantiles
 * need no assumption there, and both what is read from them, the share within a limit and the mean time until then, are
 * sums over few points.
 *
 * @param ms times, ascending, above 0; at most {@link #MOST_POINTS}
 * @param answered share answered by each of them, ascending, in [0, 1]
 */
public record AnswerTimes(List<Double> ms, List<Double> answered) {
    public static final int MOST_POINTS = 64;

    public AnswerTimes {
        Numbers.requireFinite("answer_times.ms", ms);
        Numbers.requireFinite("answer_times.answered", answered);
        ms = List.copyOf(ms);
        answered = List.copyOf(answered);
        if (ms.isEmpty() || ms.size() > MOST_POINTS || ms.size() != answered.size()) {
            throw new IllegalArgumentException("answer_times has between 1 and " + MOST_POINTS
                    + " points, and as many shares, not " + ms.size() + " and " + answered.size());
        }
        Numbers.requireAscending("answer_times.ms", ms);
        Numbers.requireAscending("answer_times.answered", answered);
        if (ms.get(0) <= 0 || answered.get(0) < 0 || answered.get(answered.size() - 1) > 1) {
            throw new IllegalArgumentException(
                    "answer_times holds a time that is not above 0 or a share outside [0, 1]");
        }
    }

    /**
     * The estimate of Kaplan and Meier, by which those that were given up say that they had not answered until then,
     * and nothing about later.
     *
     * @param ends upper end of each interval of time, milliseconds, ascending, above 0
     * @param answered how many answered within it, however they did
     * @param givenUp how many were given up within it
     * @throws IllegalArgumentException where lengths differ, a count is negative or nothing was counted
     */
    public static AnswerTimes observed(double[] ends, double[] answered, double[] givenUp) {
        if (ends.length != answered.length || ends.length != givenUp.length) {
            throw new IllegalArgumentException("answer times want as many counts as intervals");
        }
        double waiting = 0;
        for (int i = 0; i < ends.length; i++) {
            if (!(answered[i] >= 0) || !(givenUp[i] >= 0)) {
                throw new IllegalArgumentException("answer times want counts that are not negative");
            }
            waiting += answered[i] + givenUp[i];
        }
        List<Double> ms = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        double open = 1;
        for (int i = 0; i < ends.length && waiting > 0; i++) {
            // Who is given up within the interval has waited for half of it.
            double exposed = waiting - givenUp[i] / 2;
            open *= exposed > 0 ? Math.max(0, 1 - answered[i] / exposed) : 1;
            waiting -= answered[i] + givenUp[i];
            ms.add(ends[i]);
            shares.add(1 - open);
        }
        return new AnswerTimes(ms, shares);
    }
}
