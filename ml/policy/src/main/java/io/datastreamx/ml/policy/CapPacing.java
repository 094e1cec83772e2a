package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.FieldType;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.CapPlan;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * What a fill costs an aggregator with a daily cap at a moment: the price of the night's plan (the dual of its linear
 * programme, https://arxiv.org/abs/2211.07484), raised where the day's fills run ahead of the plan and lowered where
 * they lag, by the share in which what is left of the cap differs from what the plan would still fill. Pure.
 */
public final class CapPacing {
    /** How far the price moves where nothing is left of the cap, in units of the scale. */
    private static final double GAIN = 3;
    /** Of the scale of prices, where the plan's is less, this share of the contract price is taken. */
    private static final double LEAST_SCALE = 0.25;
    /** At the end of the day no less than this share of the cap is taken to be still planned. */
    private static final double LEAST_PLANNED = 0.005;

    private static final double SECONDS_PER_HOUR = 3_600;

    private CapPacing() {}

    /**
     * @param plan of the night
     * @param terms with a daily cap
     * @param fills of the day (UTC) so far
     * @return micro-units per thousand fills, in [0, {@link FieldType#MAX_PRICE_MICROS}]
     */
    public static long fillCostMicros(CapPlan plan, AggregatorTerms terms, long fills, Instant now) {
        double cap = terms.dailyCap();
        double left = Math.max(0, cap - fills) / cap;
        double planned = Math.max(LEAST_PLANNED, planned(plan, now));
        double scale = Math.max(plan.fillCostMicros(), LEAST_SCALE * terms.contractPriceMicros());
        double shortage = Math.max(-1, 1 - left / planned);
        double cost = plan.fillCostMicros() + GAIN * scale * shortage;
        return Math.round(Math.max(0, Math.min(FieldType.MAX_PRICE_MICROS, cost)));
    }

    /** The share of the cap that the plan fills in the rest of the day. */
    private static double planned(CapPlan plan, Instant now) {
        double hours = now.truncatedTo(ChronoUnit.DAYS).until(now, ChronoUnit.SECONDS) / SECONDS_PER_HOUR;
        int hour = now.atOffset(ZoneOffset.UTC).getHour();
        double rest = plan.hourlyShare().get(hour) * (1 - (hours - hour));
        for (int later = hour + 1; later < plan.hourlyShare().size(); later++) {
            rest += plan.hourlyShare().get(later);
        }
        return rest;
    }
}
