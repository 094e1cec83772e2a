package io.datastreamx.ml.policy;

import java.util.List;

/**
 * What a model knows of one aggregator besides its regressions.
 *
 * @param fillShift added to the log-odds of a fill: how the aggregator did of late against the regression; 0 is as
 *     predicted, within ±{@link #MOST_SHIFT}
 * @param completionShift the same for completion
 * @param answerTimes how long it takes to answer, by equal parts of the day (UTC): one for all hours, or 2, 3, 4, 6, 8,
 *     12 or 24. Empty where nothing is known: then it is taken to answer always, and in half of its limit
 * @param priceSpread how its prices scatter; null where nothing is known
 */
public record AggregatorProfile(
        double fillShift, double completionShift, List<AnswerTimes> answerTimes, PriceSpread priceSpread) {
    public static final double MOST_SHIFT = 3;
    static final AggregatorProfile UNKNOWN = new AggregatorProfile(0, 0, List.of(), null);
    private static final int HOURS = 24;

    public AggregatorProfile {
        requireShift("fill_shift", fillShift);
        requireShift("completion_shift", completionShift);
        answerTimes = answerTimes == null ? List.of() : List.copyOf(answerTimes);
        if (!answerTimes.isEmpty() && HOURS % answerTimes.size() != 0) {
            throw new IllegalArgumentException(
                    "answer_times are for equal parts of a day of 24 hours, not for " + answerTimes.size());
        }
    }

    private static void requireShift(String what, double shift) {
        if (!(Math.abs(shift) <= MOST_SHIFT)) {
            throw new IllegalArgumentException(what + " lies within " + MOST_SHIFT + " of 0, not at " + shift);
        }
    }
}
