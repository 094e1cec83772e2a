package io.datastreamx.warehouse.check;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.TestLake;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.InForce;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same rows in a Delta lake and, by table, for BigQuery: a version up to a cut, complete batches after it, and what
 * must not count: a batch under way, rows of attempts that were given up, a batch whose rows were written twice.
 */
final class GoldenStack {
    static final String VERSION = "v0000000002-r.1";
    static final long CUT = 2;
    static final long LAST = 5;
    /** Of the first day only itself is kept, of the second its hours, of the third its minutes. */
    static final Grains GRAINS = new Grains(LocalDate.parse("2026-11-22"), LocalDate.parse("2026-11-21"));

    static final InForce IN_FORCE = InForce.of(VERSION, CUT, GRAINS);
    private static final Instant APPENDED = TestLake.T0.plusNanos(123_456_000);

    final TestLake lake;
    private final Map<BigQueryTable, List<Map<String, Object>>> tables = new LinkedHashMap<>();

    @SuppressWarnings("unchecked")
    GoldenStack(Path folder) throws Exception {
        lake = new TestLake(folder);
        GoldenEvents generator = new GoldenEvents();
        for (long batch = 1; batch <= LAST + 1; batch++) {
            GoldenEvents.Rows events = generator.events(batch);
            lake.nested(lake.lake.table(Table.EVENTS), "ingest", batch, events.select());
            add(BigQueryTables.events(), events.values(), batch, "b");
            add(BigQueryTables.events(), events.values(), batch, "given up");
            List<Map<String, Object>> live = new GoldenRollups(batch).rows(25);
            lake.live(batch, live.toArray(Map[]::new));
            add(BigQueryTables.live(), live, batch, "b");
            if (batch <= LAST) {
                lake.ledger(batch, APPENDED);
                add(BigQueryTables.ledger(), List.of(ledgerRow(batch)), batch, "b");
            }
        }
        add(BigQueryTables.live(), new GoldenRollups(3).rows(25), 3, "a");
        add(BigQueryTables.live(), new GoldenRollups(4).rows(25), 4, "c");
        add(BigQueryTables.ledger(), List.of(ledgerRow(4)), 4, "c");

        GoldenEvents.Rows opportunities = generator.opportunities();
        lake.nested(lake.lake.table(Table.AD_OPPORTUNITIES), "night", 0, opportunities.select());
        tables.put(BigQueryTables.opportunities(VERSION), opportunities.values());
        List<Map<String, Object>> rollups = new GoldenRollups(100).kept(60, GRAINS);
        lake.keep(GRAINS);
        lake.publish(VERSION, CUT, rollups.toArray(Map[]::new));
        lake.flip(VERSION, CUT);
        tables.put(BigQueryTables.rollups(VERSION), withDay(rollups));
    }

    /** BigQuery's rows, values by column; what a row does not name is null. */
    Map<BigQueryTable, List<Map<String, Object>>> tables() {
        return tables;
    }

    private void add(BigQueryTable table, List<Map<String, Object>> rows, long batch, String writeId) {
        rows.forEach(row -> {
            Map<String, Object> copy = new HashMap<>(row);
            copy.put("ingest_batch", batch);
            copy.put("write_id", writeId);
            tables.computeIfAbsent(table, t -> new ArrayList<>()).add(copy);
        });
    }

    /** As {@link TestLake#ledger(long, Instant)} writes it to the lake. */
    private static Map<String, Object> ledgerRow(long batch) {
        Map<String, Object> row = new HashMap<>(Map.of(
                "app_id",
                "ingest",
                "records_read",
                10L,
                "accepted",
                7L,
                "duplicate",
                2L,
                "quarantined",
                1L,
                "offsets",
                "{\"ad-requests-0\":[" + 10 * (batch - 1) + "," + 10 * batch + "]}"));
        List.of("reused_ids", "absent", "lost").forEach(column -> row.put(column, 0L));
        row.put("min_append_time", APPENDED);
        row.put("max_append_time", APPENDED);
        row.put("completed_at", APPENDED);
        return row;
    }

    private static List<Map<String, Object>> withDay(List<Map<String, Object>> rows) {
        return rows.stream()
                .map(row -> {
                    Map<String, Object> copy = new HashMap<>(row);
                    copy.put("day", LocalDate.ofInstant((Instant) row.get("minute"), ZoneOffset.UTC));
                    return copy;
                })
                .toList();
    }
}
