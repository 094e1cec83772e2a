package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.views.Dataset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** What BigQuery's views answer, held against sums of the lake's own rows. */
final class LakeInBigQuery {
    private static final List<String> MEASURES =
            Arrays.stream(Measure.values()).map(Measure::column).toList();

    private final IngestWorld world;
    private final BigQueryClient client;
    private final Dataset dataset;

    LakeInBigQuery(IngestWorld world, BigQueryClient client, Dataset dataset) {
        this.world = world;
        this.client = client;
        this.dataset = dataset;
    }

    String quoted(String table) {
        return dataset.quoted(table);
    }

    List<Map<String, Object>> ledger() {
        return client.query("SELECT * FROM " + quoted("ledger") + " WHERE ingest_batch >= 0 ORDER BY ingest_batch");
    }

    /** Rows and sums by rollup, requests of the event-level view, and the ledger. */
    void assertSameAsTheLake(long requests) {
        Map<String, List<Object>> shown = inBigQuery();
        assertEquals(inTheLake(), shown);
        assertEquals(requests, shown.get("aggregator_channel").get(1));
        assertEquals(
                requests,
                client.query("SELECT SUM(requests) AS n FROM " + quoted("ad_opportunities")
                                + " WHERE day >= '2026-11-01' AND channel_id = 'news'")
                        .get(0)
                        .get("n"));
        assertEquals(
                new Ledger(world.lake())
                        .entries().stream().map(LakeInBigQuery::facts).toList(),
                ledger().stream().map(LakeInBigQuery::facts).toList());
    }

    private Map<String, List<Object>> inTheLake() {
        Map<String, List<Object>> rows = new TreeMap<>();
        Column[] sums = MEASURES.stream().map(functions::sum).toArray(Column[]::new);
        for (Row row : world.table(Table.LIVE)
                .groupBy("rollup")
                .agg(functions.count("*"), sums)
                .collectAsList()) {
            rows.put(
                    row.getString(0),
                    IntStream.range(1, row.length()).mapToObj(row::get).toList());
        }
        return rows;
    }

    private Map<String, List<Object>> inBigQuery() {
        Map<String, List<Object>> rows = new TreeMap<>();
        String sums = String.join(
                ", ", MEASURES.stream().map(m -> "SUM(" + m + ") AS " + m).toList());
        client.query("SELECT `rollup`, COUNT(*) AS n, " + sums + " FROM " + quoted("rollups")
                        + " WHERE day >= '2026-11-01' GROUP BY 1")
                .forEach(row -> {
                    String rollup = (String) row.remove("rollup");
                    rows.put(rollup, List.copyOf(row.values()));
                });
        return rows;
    }

    private static List<Object> facts(LedgerEntry entry) {
        return List.of(
                entry.batch(),
                entry.appId(),
                entry.read(),
                entry.accepted(),
                entry.duplicate(),
                entry.quarantined(),
                entry.offsetsJson(),
                entry.maxAppendTime().orElseThrow(),
                entry.completedAt().truncatedTo(ChronoUnit.MICROS));
    }

    private static List<Object> facts(Map<String, Object> row) {
        return List.of(
                row.get("ingest_batch"),
                row.get("app_id"),
                row.get("records_read"),
                row.get("accepted"),
                row.get("duplicate"),
                row.get("quarantined"),
                row.get("offsets"),
                row.get("max_append_time"),
                row.get("completed_at"));
    }
}
