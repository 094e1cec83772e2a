package io.datastreamx.ml.policy;

/** The share of its questions that an aggregator has filled, older ones counting less. Not thread-safe. */
final class FillHistory {
    private static final double HALF_LIFE_MS = 3_600_000;
    /** With fewer fills nothing is expected. */
    private static final double LEAST_FILLS = 60;

    private double asked;
    private double filled;
    private long atMs;

    void add(long nowMs, boolean fill) {
        fade(nowMs);
        asked++;
        filled += fill ? 1 : 0;
    }

    /** 0 where too little is known. */
    double share(long nowMs) {
        fade(nowMs);
        return filled < LEAST_FILLS ? 0 : filled / asked;
    }

    private void fade(long nowMs) {
        if (nowMs > atMs) {
            double kept = StrictMath.exp(-Math.log(2) * (nowMs - atMs) / HALF_LIFE_MS);
            asked *= kept;
            filled *= kept;
            atMs = nowMs;
        }
    }
}
