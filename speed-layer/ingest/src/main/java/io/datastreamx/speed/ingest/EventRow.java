package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventClock;
import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.measure.RollupCells;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One valid record on its way to a row of the raw log and to the rollups. Filled anew for each; not thread-safe. */
final class EventRow implements CountedEvent {
    private static final List<String> COLUMNS = Table.EVENTS.columnNames();
    private static final int INGEST_BATCH = COLUMNS.indexOf("ingest_batch");
    private static final int TOPIC = COLUMNS.indexOf("topic");
    private static final int PARTITION = COLUMNS.indexOf("partition");
    private static final int OFFSET = COLUMNS.indexOf("offset");
    private static final int APPEND_TIME = COLUMNS.indexOf("append_time");
    private static final int DUPLICATE = COLUMNS.indexOf("duplicate");
    private static final int IDENTITY = COLUMNS.indexOf(Table.IDENTITY);
    private static final int IMPLAUSIBLE_CLOCK = COLUMNS.indexOf(Rollup.IMPLAUSIBLE_CLOCK);
    private static final int COUNTED_TIME = COLUMNS.indexOf(Rollup.COUNTED_TIME);
    private static final int COUNTED_PRICE = COLUMNS.indexOf(FillPrice.COUNTED);
    private static final int PRICE_SOURCE = COLUMNS.indexOf(FillPrice.SOURCE);
    private static final int DEVICE = COLUMNS.indexOf("device");
    private static final int KEY_ID = COLUMNS.indexOf("key_id");
    private static final int EXTRA = COLUMNS.indexOf("extra");
    private static final List<FieldColumn> FIELDS = COLUMNS.stream()
            .filter(EventSchema.allFields()::containsKey)
            .map(name -> new FieldColumn(EventSchema.indexOf(name), COLUMNS.indexOf(name)))
            .toList();
    private static final int MAX_KNOWN = 50_000;
    private static final long MICROS_PER_MINUTE = 60_000_000;
    private static final long MICROS_PER_DAY = 24 * 60 * MICROS_PER_MINUTE;

    /** A column that holds a field of the event as it came. */
    private record FieldColumn(int field, int at) {}

    private final long batch;
    private final KeyRing.Pseudonymizer pseudonyms;
    private final String keyId;
    private final Map<String, String> known = new HashMap<>();
    private final String[] dimensions = new String[Rollup.DIMENSIONS.size()];
    private Event event;
    private Object[] row;

    EventRow(long batch, KeyRing keys) {
        this.batch = batch;
        this.pseudonyms = keys.pseudonymizer();
        this.keyId = keys.activeKeyId();
    }

    void fill(
            Event valid,
            EventIdentity identity,
            boolean duplicate,
            String topic,
            int partition,
            long offset,
            long appendMicros) {
        event = valid;
        row = new Object[COLUMNS.size()];
        for (FieldColumn column : FIELDS) {
            row[column.at()] = valid.value(column.field());
        }
        long eventMicros = valid.eventTimeMicros();
        row[INGEST_BATCH] = batch;
        row[TOPIC] = topic;
        row[PARTITION] = partition;
        row[OFFSET] = offset;
        row[APPEND_TIME] = appendMicros;
        row[DUPLICATE] = duplicate;
        row[IDENTITY] = identity.toBytes();
        row[IMPLAUSIBLE_CLOCK] = EventClock.isImplausible(eventMicros, appendMicros);
        row[COUNTED_TIME] = EventClock.countedMicros(eventMicros, appendMicros);
        row[DEVICE] = pseudonymOf(valid.text(EventSchema.DEVICE_ID.name()));
        row[KEY_ID] = keyId;
        row[EXTRA] = valid.extra().orElse(null);
    }

    /**
     * Says with which price a complete counts.
     *
     * @param fillMicros price of its fill; {@link FillPrices#UNKNOWN} without one
     */
    void price(long fillMicros) {
        boolean known = fillMicros != FillPrices.UNKNOWN;
        row[COUNTED_PRICE] = known ? fillMicros : (Long) event.number("price_micros", 0);
        row[PRICE_SOURCE] = known ? FillPrice.FILL : FillPrice.BOX;
    }

    /** A box sends several records in a row, and many in a batch. */
    private String pseudonymOf(String deviceId) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        return known.computeIfAbsent(deviceId, pseudonyms::pseudonym);
    }

    Object[] row() {
        return row;
    }

    /** On which the event counts, since the epoch. */
    int day() {
        return (int) Math.floorDiv((Long) row[COUNTED_TIME], MICROS_PER_DAY);
    }

    void addTo(RollupCells cells) {
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = event.text(Rollup.DIMENSIONS.get(i));
        }
        cells.add(this, dimensions, Math.floorDiv((Long) row[COUNTED_TIME], MICROS_PER_MINUTE), (String) row[DEVICE]);
    }

    @Override
    public EventType type() {
        return event.type();
    }

    @Override
    public String text(String column) {
        return column.equals(FillPrice.SOURCE) ? (String) row[PRICE_SOURCE] : event.text(column);
    }

    @Override
    public long number(String column) {
        if (!column.equals(FillPrice.COUNTED)) {
            return event.number(column, 0);
        }
        return row[COUNTED_PRICE] == null ? 0 : (Long) row[COUNTED_PRICE];
    }

    @Override
    public boolean hasImplausibleClock() {
        return (Boolean) row[IMPLAUSIBLE_CLOCK];
    }
}
