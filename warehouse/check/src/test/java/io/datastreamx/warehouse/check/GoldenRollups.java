package io.datastreamx.warehouse.check;

import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.TestLake;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded rollup rows over two days and all dimensions, some of them without responses, some without a value of a
 * dimension.
 */
final class GoldenRollups {
    static final Instant FIRST = Instant.parse("2026-11-21T22:00:00Z");
    private static final int MINUTES = 240;

    private final Random random;

    GoldenRollups(long seed) {
        random = new Random(seed);
    }

    /** Rows of every rollup. */
    List<Map<String, Object>> rows(int perRollup) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Rollup rollup : Rollup.values()) {
            for (int i = 0; i < perRollup; i++) {
                rows.add(row(rollup));
            }
        }
        return rows;
    }

    /** The same as a version keeps them, and as many on the day before. */
    List<Map<String, Object>> kept(int perRollup, Grains grains) {
        List<Map<String, Object>> rows = rows(perRollup);
        for (Map<String, Object> row : rows(perRollup)) {
            row.compute(Rollup.MINUTE, (column, minute) -> ((Instant) minute).minus(Duration.ofDays(1)));
            rows.add(row);
        }
        rows.forEach(row -> row.compute(Rollup.MINUTE, (column, minute) -> start((Instant) minute, grains)));
        return rows;
    }

    private static Instant start(Instant minute, Grains grains) {
        Grain grain = grains.of(LocalDate.ofInstant(minute, ZoneOffset.UTC));
        return Instant.ofEpochSecond(60 * grain.startOf(minute.getEpochSecond() / 60));
    }

    private Map<String, Object> row(Rollup rollup) {
        Map<String, Object> row =
                TestLake.row(rollup, FIRST.plus(Duration.ofMinutes(random.nextInt(MINUTES / 20) * 20L)));
        for (String dimension : rollup.dimensions()) {
            row.put(dimension, random.nextInt(5) == 0 ? null : dimension.charAt(0) + "'" + random.nextInt(2));
        }
        boolean responses = random.nextInt(3) > 0;
        for (Measure measure : Measure.values()) {
            row.put(measure.column(), random.nextInt(4) == 0 ? 0L : (long) random.nextInt(50));
        }
        row.put(Measure.COMPLETED_PRICE_MICROS.column(), random.nextLong(1_000_000_000_000L));
        if (random.nextInt(3) == 0) {
            List.of(Measure.RESPONSES, Measure.FILLS, Measure.STARTS, Measure.IMPRESSIONS)
                    .forEach(measure -> row.put(measure.column(), 0L));
        }
        LatencyHistogram.buckets()
                .forEach(bucket ->
                        row.put(bucket.column(), responses && random.nextInt(3) == 0 ? (long) random.nextInt(30) : 0L));
        row.put("devices", random.nextInt(6) == 0 ? null : TestLake.sketch(random.nextInt(300), random.nextInt(200)));
        return row;
    }
}
