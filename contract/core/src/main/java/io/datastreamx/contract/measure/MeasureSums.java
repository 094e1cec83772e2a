package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The sums of one cell of a rollup: every additive measure, then every bucket of latency, in the order of the tables'
 * columns. A commutative monoid whose zero is a new instance. Most cells of a micro-batch hold a few of the sums, so
 * only those that were touched take memory until they are many. Not thread-safe.
 */
public final class MeasureSums {
    private static final int DENSE_FROM = 9;
    private static final List<String> COLUMNS = columnNames();
    private static final int FIRST_BUCKET = Measure.values().length;
    private static final Map<EventType, Measure[]> CANDIDATES = candidates();

    /** Which of the sums are held, by slot; null once all of them are. */
    private byte[] columns = new byte[4];

    private long[] values = new long[4];
    private int size;

    private static List<String> columnNames() {
        List<String> names = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            names.add(measure.column());
        }
        LatencyHistogram.buckets().forEach(bucket -> names.add(bucket.column()));
        return List.copyOf(names);
    }

    private static Map<EventType, Measure[]> candidates() {
        Map<EventType, Measure[]> byType = new EnumMap<>(EventType.class);
        for (EventType type : EventType.values()) {
            byType.put(
                    type,
                    Arrays.stream(Measure.values())
                            .filter(measure -> measure.condition().types().contains(type))
                            .toArray(Measure[]::new));
        }
        return byType;
    }

    /** Names of the sums, by index. */
    public static List<String> columns() {
        return COLUMNS;
    }

    /**
     * Adds what one event contributes.
     *
     * @throws ArithmeticException where a sum would pass 2^63, naming it
     */
    public void add(CountedEvent event) {
        for (Measure measure : CANDIDATES.get(event.type())) {
            long contribution = measure.contributionOf(event);
            if (contribution != 0) {
                add(measure.ordinal(), contribution);
            }
        }
        if (event.type() == EventType.RESPONSE) {
            add(FIRST_BUCKET + LatencyHistogram.bucketOf(event.number("latency_ms")), 1);
        }
    }

    /** Adds all of another cell's. @throws ArithmeticException where a sum would pass 2^63, naming it */
    public void add(MeasureSums other) {
        for (int slot = 0; slot < other.size; slot++) {
            add(other.columns == null ? slot : other.columns[slot], other.values[slot]);
        }
    }

    /** @param column index into {@link #columns()} */
    public long get(int column) {
        int slot = slotOf(column);
        return slot < 0 ? 0 : values[slot];
    }

    private void add(int column, long amount) {
        int slot = slotOf(column);
        if (slot < 0) {
            slot = newSlot(column);
        }
        try {
            values[slot] = Math.addExact(values[slot], amount);
        } catch (ArithmeticException e) {
            throw new ArithmeticException("the sum of " + COLUMNS.get(column) + " passes 2^63");
        }
    }

    private int slotOf(int column) {
        if (columns == null) {
            return column;
        }
        for (int slot = 0; slot < size; slot++) {
            if (columns[slot] == column) {
                return slot;
            }
        }
        return -1;
    }

    private int newSlot(int column) {
        if (size + 1 == DENSE_FROM) {
            long[] all = new long[COLUMNS.size()];
            for (int slot = 0; slot < size; slot++) {
                all[columns[slot]] = values[slot];
            }
            values = all;
            columns = null;
            size = all.length;
            return column;
        }
        if (size == columns.length) {
            columns = Arrays.copyOf(columns, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        columns[size] = (byte) column;
        return size++;
    }
}
