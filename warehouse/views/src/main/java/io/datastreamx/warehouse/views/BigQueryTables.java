package io.datastreamx.warehouse.views;

import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** The tables that DatastreamX keeps in BigQuery, with the lake's columns. */
public final class BigQueryTables {
    /** A version that was published but never flipped to goes after so many days. */
    public static final int UNUSED_DAYS = 7;
    /**
     * What a flip keeps stays for so many days; a stack without a night for that long is dead, and its bill ends by
     * itself.
     */
    public static final int KEPT_DAYS = 90;
    /** The day of event time, by which batch tables are partitioned and every merged view is filtered. */
    public static final String DAY = "day";
    /** Names the attempt that wrote a row of a live table. A batch counts once, however often its write was tried. */
    public static final String WRITE_ID = "write_id";

    private static final BigQueryTable.Column DAY_COLUMN =
            new BigQueryTable.Column(DAY, "DATE", "Day of the event time, UTC. Every query must filter on it.");
    private static final BigQueryTable.Column WRITE_ID_COLUMN = new BigQueryTable.Column(
            WRITE_ID,
            "STRING",
            "The attempt that wrote the row; only rows of the attempt named in the ledger count. Null in the ledger: an older batch, whose rows were never here.");

    private static final BigQueryTable LIVE = written(
            Table.LIVE,
            "Partial aggregates of every rollup, one set per ingest batch. Read them through the view rollups.",
            List.of("ingest_batch", Rollup.COLUMN, Rollup.MINUTE));
    private static final BigQueryTable EVENTS = written(
            Table.EVENTS,
            "The raw log since the oldest version kept: every valid event, duplicates flagged. The lake has all of it.",
            List.of("ingest_batch", "event_type", "channel_id"));
    private static final BigQueryTable LEDGER = written(
            Table.LEDGER,
            "One row per ingest batch whose rows are completely here, written last, and per older batch.",
            List.of("ingest_batch"));

    private BigQueryTables() {}

    /** The rollups of a batch version. */
    public static BigQueryTable rollups(String version) {
        return new BigQueryTable(
                Table.BATCH_ROLLUPS.title() + "_" + suffix(version),
                "Batch aggregates of every rollup, version " + version + ". Read them through the view rollups.",
                withDay(Table.BATCH_ROLLUPS),
                new Partitioning.ByDay(),
                List.of(Rollup.COLUMN, "aggregator_id", "channel_id", "region"),
                UNUSED_DAYS);
    }

    /** The opportunities of a batch version: one row per request and day on which something of it happened. */
    public static BigQueryTable opportunities(String version) {
        return new BigQueryTable(
                Table.AD_OPPORTUNITIES.title() + "_" + suffix(version),
                "One row per request and day of its events, with all that followed, version " + version
                        + ". Read them through the view ad_opportunities.",
                withDay(Table.AD_OPPORTUNITIES),
                new Partitioning.ByDay(),
                List.of("channel_id", "chosen_aggregator_id", "region", "request_id"),
                UNUSED_DAYS);
    }

    public static BigQueryTable live() {
        return LIVE;
    }

    public static BigQueryTable events() {
        return EVENTS;
    }

    public static BigQueryTable ledger() {
        return LEDGER;
    }

    /** Those that all versions share. */
    public static List<BigQueryTable> shared() {
        return List.of(LIVE, EVENTS, LEDGER);
    }

    /** Those of one version. */
    public static List<BigQueryTable> ofVersion(String version) {
        return List.of(rollups(version), opportunities(version));
    }

    /**
     * A version's name as part of a table's: what a table's name cannot hold is replaced, and then a checksum keeps
     * names apart.
     */
    static String suffix(String version) {
        String plain = version.replaceAll("[^A-Za-z0-9_]", "_");
        if (plain.equals(version)) {
            return plain;
        }
        CRC32 checksum = new CRC32();
        checksum.update(version.getBytes(StandardCharsets.UTF_8));
        return plain + "_" + HexFormat.of().toHexDigits((int) checksum.getValue());
    }

    private static BigQueryTable written(Table table, String meaning, List<String> clustering) {
        List<BigQueryTable.Column> columns = new ArrayList<>(List.of(WRITE_ID_COLUMN));
        columns.addAll(columnsOf(table));
        return new BigQueryTable(
                table.path(), meaning, List.copyOf(columns), new Partitioning.ByBatch(), clustering, KEPT_DAYS);
    }

    private static List<BigQueryTable.Column> withDay(Table table) {
        List<BigQueryTable.Column> columns = new ArrayList<>(List.of(DAY_COLUMN));
        columns.addAll(columnsOf(table));
        return List.copyOf(columns);
    }

    private static List<BigQueryTable.Column> columnsOf(Table table) {
        List<BigQueryTable.Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(BigQueryTable.Column.of(column));
        }
        return columns;
    }
}
