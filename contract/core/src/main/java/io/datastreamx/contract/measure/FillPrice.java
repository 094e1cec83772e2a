package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.EventType;
import java.time.Duration;

/**
 * With which price a complete counts. A box repeats the price that it was told, so its word alone must not become
 * revenue: the price is that of the aggregator's fill, which dispatch wrote. A fill is known to a complete that lies
 * behind it in the same Kafka partition, where both have their device as key, and in one of the {@link #SLICES} slices
 * of append time before its own, or in its own; of several with the request and aggregator of the complete the lowest
 * price counts. A function of the log alone, so every replay and every recount agrees.
 */
public final class FillPrice {
    /** The raw log's column of the CPM price with which a complete counts, micro-units. */
    public static final String COUNTED = "counted_price_micros";
    /** The raw log's column of who says so: {@link #FILL} or {@link #BOX}. */
    public static final String SOURCE = "price_source";
    /** The price of a known fill. */
    public static final String FILL = "fill";
    /** No fill is known: the price that the box says. */
    public static final String BOX = "box";
    /** Slices of append time that a horizon has. */
    public static final int SLICES = 24;

    private FillPrice() {}

    /** Length of a slice in milliseconds; slices begin at multiples of it since the epoch. */
    public static long sliceMs(Duration horizon) {
        return Math.max(1, horizon.toMillis() / SLICES);
    }

    /** Completes for which only the box vouches. */
    static EventCondition withoutFill() {
        return EventCondition.of(EventType.COMPLETE).where(SOURCE, BOX);
    }
}
