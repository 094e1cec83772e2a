package io.datastreamx.ml.policy;

/**
 * How prices of fills scatter about the model's price: mean and variance of {@link #ratio} over the fills that the
 * model was made from. Against it the prices of the last minutes are held.
 *
 * @param mean above 0, at most {@link #CLIP}
 * @param variance not negative
 */
public record PriceSpread(double mean, double variance) {
    /** No single price counts for more than so many times what was expected. */
    public static final double CLIP = 4;

    /** Of an aggregator of which nothing else is known. */
    public static final PriceSpread UNKNOWN = new PriceSpread(1, 0.5);

    public PriceSpread {
        if (!(mean > 0 && mean <= CLIP && variance >= 0 && variance <= CLIP * CLIP)) {
            throw new IllegalArgumentException("a price spread has a mean in (0, " + CLIP + "] and a variance in [0, "
                    + CLIP * CLIP + "], got " + mean + " and " + variance);
        }
    }

    /** A price over the expected one, clipped at {@link #CLIP}. @param expectedMicros above 0 */
    public static double ratio(double priceMicros, double expectedMicros) {
        return Math.min(CLIP, priceMicros / expectedMicros);
    }
}
