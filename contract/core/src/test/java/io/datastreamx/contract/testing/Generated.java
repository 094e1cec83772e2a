package io.datastreamx.contract.testing;

import io.datastreamx.contract.event.Coded;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/**
 * Events and partial rows of rollups over few keys, so that many have equal ones: what the laws of the measures are
 * held against in Java, in Spark and in the SQL of both stores. Rows are values by column; one that is not named is
 * null.
 */
public final class Generated {
    public static final Instant FIRST = Instant.parse("2026-11-21T23:50:00Z");
    private static final int MINUTES = 20;

    private Generated() {}

    /** Rows of the raw log, of every event type. */
    public static Arbitrary<List<Map<String, Object>>> events(int atMost) {
        return Arbitraries.randomValue(Generated::event).list().ofMaxSize(atMost);
    }

    private static Map<String, Object> event(Random random) {
        Map<String, Object> event = new HashMap<>();
        event.put("event_type", any(random, List.of(EventType.values())).wireName());
        Instant time = FIRST.plusMillis(random.nextInt(MINUTES * 60_000));
        event.put(Rollup.IMPLAUSIBLE_CLOCK, random.nextInt(20) == 0);
        event.put("event_time", (Boolean) event.get(Rollup.IMPLAUSIBLE_CLOCK) ? Instant.EPOCH : time);
        event.put(Rollup.COUNTED_TIME, time);
        event.put("device", "device-" + random.nextInt(30));
        Rollup.DIMENSIONS.forEach(dimension -> event.put(dimension, dimension(random, dimension)));
        event.put("status", any(random, Coded.codesOf(DecisionStatus.class)));
        event.put("outcome", any(random, Coded.codesOf(ResponseOutcome.class)));
        event.put("latency_ms", (long) random.nextInt(7_000));
        event.put(FillPrice.COUNTED, random.nextLong(1_000_000_000_000L));
        event.put(FillPrice.SOURCE, random.nextBoolean() ? FillPrice.FILL : FillPrice.BOX);
        event.put("duration_s", (long) random.nextInt(4_000));
        return event;
    }

    /** The event as the Java side of the measures reads it. */
    public static CountedEvent counted(Map<String, Object> event) {
        return new CountedEvent() {
            @Override
            public EventType type() {
                return EventType.ofWireName((String) event.get("event_type"));
            }

            @Override
            public String text(String column) {
                return (String) event.get(column);
            }

            @Override
            public long number(String column) {
                return (Long) event.get(column);
            }

            @Override
            public boolean hasImplausibleClock() {
                return (Boolean) event.get(Rollup.IMPLAUSIBLE_CLOCK);
            }
        };
    }

    /** Rows of every rollup, at least one. */
    public static Arbitrary<List<Map<String, Object>>> partials(int atMost) {
        return Arbitraries.randomValue(Generated::partial).list().ofMinSize(1).ofMaxSize(atMost);
    }

    private static Map<String, Object> partial(Random random) {
        Rollup rollup = any(random, List.of(Rollup.values()));
        Map<String, Object> row = new HashMap<>();
        row.put(Rollup.COLUMN, rollup.id());
        row.put(Rollup.MINUTE, FIRST.plus(Duration.ofMinutes(random.nextInt(MINUTES / 5) * 5L)));
        rollup.dimensions().forEach(dimension -> row.put(dimension, dimension(random, dimension)));
        for (Measure measure : Measure.values()) {
            row.put(measure.column(), random.nextInt(3) == 0 ? 0L : random.nextLong(1_000_000_000_000L));
        }
        LatencyHistogram.buckets()
                .forEach(bucket -> row.put(bucket.column(), random.nextInt(3) == 0 ? (long) random.nextInt(30) : 0L));
        row.put(DeviceSketch.COLUMN, random.nextInt(6) == 0 ? null : sketch(random.nextInt(40), random.nextInt(40)));
        return row;
    }

    /** Two values, and none where the context may lack it. */
    private static String dimension(Random random, String dimension) {
        boolean mayLack =
                Context.FIELDS.stream().noneMatch(field -> field.name().equals(dimension) && field.required());
        return mayLack && random.nextInt(4) == 0 ? null : dimension + random.nextInt(2);
    }

    private static <T> T any(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A sketch as Spark's aggregation writes it. */
    public static byte[] sketch(int firstDevice, int devices) {
        HllSketch sketch = new HllSketch(DeviceSketch.LG_K, TgtHllType.HLL_8);
        for (int i = 0; i < devices; i++) {
            sketch.update("device-" + (firstDevice + i));
        }
        return sketch.toUpdatableByteArray();
    }

    /** The rows in another order, with the zero of some of their keys among them. */
    public static List<Map<String, Object>> shuffled(List<Map<String, Object>> rows, Random random) {
        List<Map<String, Object>> all = new ArrayList<>(rows);
        rows.stream()
                .filter(row -> random.nextBoolean())
                .map(Generated::zeroLike)
                .forEach(all::add);
        java.util.Collections.shuffle(all, random);
        return all;
    }

    private static Map<String, Object> zeroLike(Map<String, Object> row) {
        Map<String, Object> zero = new HashMap<>(row);
        zero.replaceAll((column, value) -> value instanceof Long ? 0L : value);
        zero.put(DeviceSketch.COLUMN, null);
        return zero;
    }

    /** Cuts the rows into so many parts, some of which may be empty. */
    public static List<List<Map<String, Object>>> split(List<Map<String, Object>> rows, int parts, Random random) {
        List<List<Map<String, Object>>> split = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            split.add(new ArrayList<>());
        }
        rows.forEach(row -> split.get(random.nextInt(parts)).add(row));
        return split;
    }
}
