package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The combinations of dimensions that are kept aggregated, by the minute, and on older days by a coarser {@link Grain}.
 * Any other combination reads {@code ad_opportunities}.
 */
public enum Rollup {
    AGGREGATOR_CHANNEL("aggregator_id", Context.CHANNEL_ID),
    AGGREGATOR_REGION_DEVICE_MODEL("aggregator_id", Context.REGION, Context.DEVICE_MODEL),
    AGGREGATOR_AD("aggregator_id", "ad_id"),
    PREVIOUS_CHANNEL_CHANNEL(Context.PREVIOUS_CHANNEL_ID, Context.CHANNEL_ID);

    /** Every dimension of any rollup, in the order of the tables' columns. */
    public static final List<String> DIMENSIONS = List.of(
            "aggregator_id",
            Context.CHANNEL_ID,
            Context.PREVIOUS_CHANNEL_ID,
            Context.REGION,
            Context.DEVICE_MODEL,
            "ad_id");
    /** The column that names the rollup a row belongs to. */
    public static final String COLUMN = "rollup";
    /**
     * The column that holds the minute of the event time, or the start of the coarser interval that a day is kept by.
     */
    public static final String MINUTE = "minute";
    /** The raw log's flag of an event whose clock is wrong. */
    public static final String IMPLAUSIBLE_CLOCK = "implausible_clock";
    /** The raw log's column of the time in whose minute an event counts: its own, or that of its append. */
    public static final String COUNTED_TIME = "counted_time";
    /** Without context. */
    private static final EventType EXCLUDED = EventType.AD_DELIVERY;
    /** Condition, as SQL over a row of the raw log, of the events that no rollup counts. */
    public static final String EXCLUDED_EVENTS = "event_type = '" + EXCLUDED.wireName() + "'";

    private final List<String> dimensions;

    Rollup(String... dimensions) {
        this.dimensions = List.of(dimensions);
    }

    public List<String> dimensions() {
        return dimensions;
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether rollups count events of a type. */
    public static boolean counts(EventType type) {
        return type != EXCLUDED;
    }

    public boolean covers(Set<String> wanted) {
        return dimensions.containsAll(wanted);
    }

    /** @return the rollups that hold all the given dimensions, fewest dimensions first */
    public static List<Rollup> covering(Set<String> wanted) {
        return Arrays.stream(values())
                .filter(rollup -> rollup.covers(wanted))
                .sorted(java.util.Comparator.comparingInt(rollup -> rollup.dimensions.size()))
                .toList();
    }
}
