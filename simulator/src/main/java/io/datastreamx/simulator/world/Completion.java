package io.datastreamx.simulator.world;

/**
 * How long it takes until the end of an ad is known.
 *
 * @param stepMs least time from one stage of an ad (impression, start, quartiles, end) to the next, milliseconds;
 *     simulated ads are short
 * @param stepSpreadMs up to so much longer
 * @param lateShare of completions, which are told late
 * @param lateMedianS median of how late, seconds
 * @param lateSigma spread of the log of that
 */
public record Completion(long stepMs, long stepSpreadMs, double lateShare, double lateMedianS, double lateSigma) {
    static Completion of(Fields fields) {
        Completion completion = new Completion(
                fields.whole("step-ms", 1, 600_000, 400),
                fields.whole("step-spread-ms", 1, 600_000, 800),
                fields.number("late-share", 0, 1, 0),
                fields.number("late-median-s", 0, 864_000, 3_600),
                fields.number("late-sigma", 0, 3, 1));
        fields.nothingElse();
        return completion;
    }

    /** From one stage to the next, milliseconds. @param draw uniform in [0, 1) */
    long stepMs(double draw) {
        return stepMs + (long) (draw * stepSpreadMs);
    }
}
