package io.datastreamx.simulator;

/**
 * How big and how unruly the fleet is.
 *
 * @param boxes number of boxes
 * @param requestsPerSecond ad requests of the whole fleet
 * @param seed of everything random
 * @param runId part of all ids, so that two runs on one log do not collide
 * @param currency ISO-4217 currency of prices
 * @param duplicates share of records that are sent once more
 * @param malformed malformed records per good one
 * @param late share of tuning events whose time is up to three days ago
 */
record FleetOptions(
        int boxes,
        double requestsPerSecond,
        long seed,
        String runId,
        String currency,
        double duplicates,
        double malformed,
        double late) {
    FleetOptions {
        if (boxes < 1 || requestsPerSecond <= 0) {
            throw new IllegalArgumentException("--boxes must be at least 1 and --requests-per-second above 0");
        }
        if (duplicates < 0 || duplicates >= 1 || malformed < 0 || malformed >= 1 || late < 0 || late > 1) {
            throw new IllegalArgumentException("--duplicates, --malformed and --late are shares between 0 and 1");
        }
    }
}
