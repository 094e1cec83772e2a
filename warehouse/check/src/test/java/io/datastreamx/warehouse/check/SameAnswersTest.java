package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.lake.LakeView;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.MergedViews;
import io.datastreamx.warehouse.views.ReportViews;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same golden rows in a Delta lake, answered by the embedded serving layer, and in BigQuery's tables, answered by
 * ZetaSQL executing the generated views. In BigQuery's there are also rows that must not count: of a batch under way,
 * of attempts that were given up, of a version that is not in force.
 */
class SameAnswersTest {
    private static final Dataset DATASET = new Dataset("golden-project", "golden");
    private static final String DAYS = " WHERE day >= '2026-11-20' AND day < '2026-11-23'";

    @TempDir
    static Path folder;

    private static final BigQueryCatalog CATALOG = new BigQueryCatalog();
    private static final Contents WAREHOUSE = new Contents(CATALOG);
    private static LakeView serving;

    @BeforeAll
    static void load() throws Exception {
        BigQueryTables.shared().forEach(table -> CATALOG.run(table.createIfAbsent(DATASET)));
        BigQueryTables.ofVersion(GoldenStack.VERSION).forEach(table -> CATALOG.run(table.createIfAbsent(DATASET)));
        new MergedViews(DATASET, GoldenStack.IN_FORCE)
                .all()
                .forEach(view -> CATALOG.run(view.createOrReplace(DATASET)));
        ReportViews.all(DATASET).forEach(view -> CATALOG.run(view.createOrReplace(DATASET)));

        GoldenStack stack = new GoldenStack(folder);
        serving = new LakeView(stack.lake.lake, ReportLimits.of(100_000));
        serving.poll();
        WAREHOUSE.put(DATASET, stack.tables());
    }

    @AfterAll
    static void close() {
        serving.close();
    }

    static Stream<Arguments> reports() {
        return Arrays.stream(Rollup.values())
                .flatMap(rollup -> Arrays.stream(Grain.values()).map(grain -> Arguments.of(rollup, grain)));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void theViewsAnswerAsTheServingLayer(Rollup rollup, Grain grain) {
        List<String> by = new ArrayList<>(rollup.dimensions());
        by.add(grain.name().toLowerCase(Locale.ROOT));
        Map<List<Object>, Map<String, Object>> expected =
                keyed(report(by, "", grain).rows(), by);
        List<Map<String, Object>> rows = WAREHOUSE.query("SELECT * FROM "
                + DATASET.quoted(ReportViews.report(DATASET, rollup, grain).name()) + DAYS);
        rows.forEach(row -> {
            if (grain != Grain.DAY) {
                row.remove("day");
            }
            row.replaceAll((column, value) -> value instanceof LocalDate day
                    ? day.atStartOfDay(ZoneOffset.UTC).toInstant().toString()
                    : value instanceof Instant instant ? instant.toString() : value);
        });
        assertFalse(expected.size() < 10);
        assertEquals(expected, keyed(rows, by));
    }

    /** Sketches of both sides, as the views hand them on, unite to the serving layer's estimates. */
    @ParameterizedTest
    @MethodSource("reports")
    void theSketchesInTheMergedViewGiveTheSameDistinctBoxes(Rollup rollup, Grain grain) {
        if (grain != Grain.DAY) {
            return;
        }
        List<String> by = new ArrayList<>(rollup.dimensions());
        Map<List<Object>, DeviceSketch> sketches = new HashMap<>();
        WAREHOUSE
                .query("SELECT " + String.join(", ", by) + ", devices FROM " + DATASET.quoted(MergedViews.ROLLUPS)
                        + DAYS + " AND `rollup` = '" + rollup.id() + "'")
                .forEach(row -> sketches.computeIfAbsent(key(row, by), key -> new DeviceSketch())
                        .add((byte[]) row.get("devices")));
        Map<List<Object>, Object> expected = new HashMap<>();
        report(by, "unique_devices", Grain.DAY)
                .rows()
                .forEach(row -> expected.put(key(row, by), row.get("unique_devices")));
        Map<List<Object>, Object> got = new HashMap<>();
        sketches.forEach((key, sketch) -> got.put(key, sketch.estimate()));
        assertEquals(expected, got);
    }

    @Test
    void thePositionIsThatOfTheServingLayer() {
        Map<String, Object> position = WAREHOUSE
                .query("SELECT * FROM " + DATASET.quoted(MergedViews.POSITION))
                .get(0);
        Report report = report(List.of("channel_id"), "requests", Grain.DAY);
        assertEquals(report.ingestBatch(), position.get("ingest_batch"));
        assertEquals(report.cut(), position.get("cut"));
        assertEquals(report.version().orElseThrow(), position.get("version"));
        assertEquals(GoldenStack.GRAINS.minutesFrom(), position.get("minutes_from"));
        assertEquals(GoldenStack.GRAINS.hoursFrom(), position.get("hours_from"));
        assertEquals("{\"ad-requests-0\":[40,50]}", position.get("offsets"));
    }

    /** Of the days that are kept by the grain; the views leave the others out by themselves. */
    private static Report report(List<String> by, String measures, Grain grain) {
        LocalDate from = grain == Grain.DAY ? LocalDate.parse("2026-11-20") : GoldenStack.GRAINS.from(grain);
        Map<String, List<String>> parameters =
                new HashMap<>(Map.of("by", by, "from", List.of(from.toString()), "to", List.of("2026-11-23")));
        if (!measures.isEmpty()) {
            parameters.put("measures", List.of(measures));
        }
        return serving.report(ReportQuery.of(parameters));
    }

    private static Map<List<Object>, Map<String, Object>> keyed(List<Map<String, Object>> rows, List<String> by) {
        Map<List<Object>, Map<String, Object>> keyed = new HashMap<>();
        rows.forEach(row -> {
            if (keyed.put(key(row, by), row) != null) {
                throw new AssertionError("two rows of one key: " + row);
            }
        });
        return keyed;
    }

    private static List<Object> key(Map<String, Object> row, List<String> by) {
        return Arrays.asList(by.stream().map(row::get).toArray());
    }
}
