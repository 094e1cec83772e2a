package io.datastreamx.simulator.world;

import java.util.SplittableRandom;

/**
 * Random numbers that are a function of names alone, so that the same seed gives the same world and the same request
 * the same fate.
 */
public final class Draws {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Draws() {}

    /** A generator that depends on nothing but the seed and the parts; null counts as a part of its own. */
    public static SplittableRandom random(long seed, String... parts) {
        return new SplittableRandom(hash(seed, parts));
    }

    /** One standard normal number per name. */
    public static double gaussian(long seed, String... parts) {
        return random(seed, parts).nextGaussian();
    }

    public static long hash(long seed, String... parts) {
        long hash = FNV_OFFSET ^ mix(seed);
        for (String part : parts) {
            for (int i = 0; part != null && i < part.length(); i++) {
                hash = (hash ^ part.charAt(i)) * FNV_PRIME;
            }
            hash = (hash ^ (part == null ? 0xfffe : 0xffff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
