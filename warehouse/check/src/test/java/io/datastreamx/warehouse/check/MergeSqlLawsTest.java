package io.datastreamx.warehouse.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.testing.Generated;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import io.datastreamx.warehouse.views.ReportViews;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * BigQuery's merge of partial rows, executed by ZetaSQL: no report depends on how they are grouped, in which order, or
 * on zeros among them.
 */
class MergeSqlLawsTest {
    private static final Dataset DATASET = new Dataset("law-project", "laws");
    private static final String VERSION = "v0000000001-r.1";
    private static final String DAYS = " WHERE day >= '2026-11-21' AND day < '2026-11-23'";
    private static final BigQueryCatalog CATALOG = catalog();

    private static BigQueryCatalog catalog() {
        BigQueryCatalog catalog = new BigQueryCatalog();
        BigQueryTables.shared().forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        BigQueryTables.ofVersion(VERSION).forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        new MergedViews(DATASET, InForce.of(VERSION, 1))
                .all()
                .forEach(view -> catalog.run(view.createOrReplace(DATASET)));
        ReportViews.all(DATASET).forEach(view -> catalog.run(view.createOrReplace(DATASET)));
        return catalog;
    }

    @Provide
    Arbitrary<List<Map<String, Object>>> partials() {
        return Generated.partials(40);
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void howPartialRowsAreSplitChangesNoReport(
            @ForAll("partials") List<Map<String, Object>> rows, @ForAll Random random) {
        List<List<Map<String, Object>>> parts = Generated.split(Generated.shuffled(rows, random), 3, random);
        List<Map<String, Object>> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        Map<String, Object> expected = reports(rows, List.of());
        assertThat(reports(List.of(), List.of(reversed))).isEqualTo(expected);
        assertThat(reports(parts.get(0), parts.subList(1, 3))).isEqualTo(expected);
    }

    /** Every measure of every rollup by day, and the estimates of its sketches. */
    private static Map<String, Object> reports(
            List<Map<String, Object>> version, List<List<Map<String, Object>>> liveBatches) {
        Contents contents = contents(version, liveBatches);
        Map<String, Object> reports = new HashMap<>();
        for (Rollup rollup : Rollup.values()) {
            Set<Map<String, Object>> rows = new HashSet<>(contents.query("SELECT * FROM "
                    + DATASET.quoted(
                            ReportViews.report(DATASET, rollup, Grain.DAY).name()) + DAYS));
            reports.put(rollup.id(), rows);
            Map<List<Object>, DeviceSketch> sketches = new HashMap<>();
            contents.query("SELECT * FROM " + DATASET.quoted(MergedViews.ROLLUPS) + DAYS + " AND `rollup` = '"
                            + rollup.id() + "'")
                    .forEach(row -> sketches.computeIfAbsent(
                                    rollup.dimensions().stream()
                                            .map(row::get)
                                            .map(String::valueOf)
                                            .map(Object.class::cast)
                                            .toList(),
                                    key -> new DeviceSketch())
                            .add((byte[]) row.get(DeviceSketch.COLUMN)));
            Map<List<Object>, Long> devices = new HashMap<>();
            sketches.forEach((key, sketch) -> devices.put(key, sketch.estimate()));
            reports.put(rollup.id() + " devices", devices);
        }
        return reports;
    }

    private static Contents contents(List<Map<String, Object>> version, List<List<Map<String, Object>>> liveBatches) {
        List<Map<String, Object>> live = new ArrayList<>();
        List<Map<String, Object>> ledger = new ArrayList<>();
        for (int i = 0; i < liveBatches.size(); i++) {
            Map<String, Object> batch = Map.of("ingest_batch", i + 2L, "write_id", "w");
            ledger.add(batch);
            liveBatches.get(i).forEach(row -> live.add(with(row, batch)));
        }
        Map<BigQueryTable, List<Map<String, Object>>> tables = new HashMap<>();
        tables.put(BigQueryTables.live(), live);
        tables.put(BigQueryTables.ledger(), ledger);
        tables.put(BigQueryTables.events(), List.of());
        tables.put(BigQueryTables.opportunities(VERSION), List.of());
        tables.put(
                BigQueryTables.rollups(VERSION),
                version.stream()
                        .map(row -> with(
                                row,
                                Map.of("day", LocalDate.ofInstant((Instant) row.get(Rollup.MINUTE), ZoneOffset.UTC))))
                        .toList());
        return new Contents(CATALOG).put(DATASET, tables);
    }

    private static Map<String, Object> with(Map<String, Object> row, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(row);
        all.putAll(more);
        return all;
    }
}
