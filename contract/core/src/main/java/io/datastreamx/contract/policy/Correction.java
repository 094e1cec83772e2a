package io.datastreamx.contract.policy;

/**
 * How one aggregator does of late, as factors on what the model expects of it; 1 is as expected. Bounded, so that no
 * record can make an aggregator worth more than a few times what was learned.
 *
 * @param fill on the probability of a fill within the time limit, in [{@link #LEAST}, {@link #MOST}]
 * @param price on the price of a fill, likewise
 */
public record Correction(double fill, double price) {
    public static final double LEAST = 1.0 / 64;
    public static final double MOST = 4;
    public static final Correction NONE = new Correction(1, 1);

    public Correction {
        require("fill", fill);
        require("price", price);
    }

    private static void require(String what, double factor) {
        if (!(factor >= LEAST && factor <= MOST)) {
            throw new IllegalArgumentException(
                    "a correction of " + what + " lies in [" + LEAST + ", " + MOST + "], got " + factor);
        }
    }
}
