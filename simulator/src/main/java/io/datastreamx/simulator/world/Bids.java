package io.datastreamx.simulator.world;

/**
 * The CPM prices of one aggregator at one opportunity: log-normal, some of them spikes, none above the most that it
 * ever bids.
 *
 * @param meanMicros mean of those that are no spikes, before they are bounded
 */
record Bids(AggregatorProfile profile, double meanMicros) {
    /** @param gaussian standard normal draw */
    long of(double gaussian, boolean spike) {
        double sigma = profile.priceSigma();
        double mean = meanMicros * (spike ? profile.spikeFactor() : 1);
        return Math.min(profile.maxPriceMicros(), Math.round(mean * Math.exp(sigma * gaussian - sigma * sigma / 2)));
    }

    /** P(bid ≥ floor). */
    double above(long floorMicros) {
        if (floorMicros <= 0) {
            return 1;
        }
        if (floorMicros > profile.maxPriceMicros()) {
            return 0;
        }
        double share = profile.spikeShare();
        return (1 - share) * above(meanMicros, floorMicros)
                + (share == 0 ? 0 : share * above(meanMicros * profile.spikeFactor(), floorMicros));
    }

    /** E[bid; bid ≥ floor]. */
    double sumAbove(long floorMicros) {
        double share = profile.spikeShare();
        return (1 - share) * sumAbove(meanMicros, floorMicros)
                + (share == 0 ? 0 : share * sumAbove(meanMicros * profile.spikeFactor(), floorMicros));
    }

    private double above(double mean, double floor) {
        double sigma = profile.priceSigma();
        if (floor <= 0) {
            return 1;
        }
        return sigma == 0
                ? (mean >= floor ? 1 : 0)
                : Normal.cumulative((Math.log(mean / floor) - sigma * sigma / 2) / sigma);
    }

    private double sumAbove(double mean, double floor) {
        double sigma = profile.priceSigma();
        double most = profile.maxPriceMicros();
        if (floor > most) {
            return 0;
        }
        if (sigma == 0) {
            return mean >= floor ? Math.min(mean, most) : 0;
        }
        double fromFloor = floor <= 0 ? 1 : Normal.cumulative((Math.log(mean / floor) + sigma * sigma / 2) / sigma);
        double fromMost = Normal.cumulative((Math.log(mean / most) + sigma * sigma / 2) / sigma);
        return mean * (fromFloor - fromMost) + most * above(mean, most);
    }
}
