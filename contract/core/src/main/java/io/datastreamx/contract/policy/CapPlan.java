package io.datastreamx.contract.policy;

import io.datastreamx.contract.event.FieldType;
import java.util.List;

/**
 * How a night would spend an aggregator's daily cap, by yesterday's requests.
 *
 * @param fillCostMicros what a fill takes from dearer requests of the same day (the cap's dual price), micro-units per
 *     thousand fills; 0 where the cap does not bind
 * @param hourlyShare for each hour of the day (UTC), 24 of them, the share of the cap that is to be filled in it; they
 *     add up to 1 where the cap binds, and to less where it does not
 */
public record CapPlan(long fillCostMicros, List<Double> hourlyShare) {
    private static final int HOURS = 24;
    private static final double ROUNDING = 1e-6;

    public CapPlan {
        if (fillCostMicros < 0 || fillCostMicros > FieldType.MAX_PRICE_MICROS) {
            throw new IllegalArgumentException("a cap plan's fill_cost_micros is between 0 and "
                    + FieldType.MAX_PRICE_MICROS + ", not " + fillCostMicros);
        }
        if (hourlyShare == null || hourlyShare.size() != HOURS) {
            throw new IllegalArgumentException("a cap plan's hourly_share has " + HOURS + " numbers");
        }
        double sum = 0;
        for (Double share : hourlyShare) {
            if (share == null || !(share >= 0)) {
                throw new IllegalArgumentException("a cap plan's hourly_share holds " + share + ", which is no share");
            }
            sum += share;
        }
        if (!(sum <= 1 + ROUNDING)) {
            throw new IllegalArgumentException("a cap plan's hourly_share adds up to " + sum + ", above 1");
        }
        hourlyShare = List.copyOf(hourlyShare);
    }
}
