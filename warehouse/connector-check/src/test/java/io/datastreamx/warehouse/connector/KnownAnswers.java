package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.warehouse.views.BigQueryTable;

/** What BigQuery's own arithmetic makes of two appends, worked out by hand from {@link SampleRows}. */
final class KnownAnswers {
    private KnownAnswers() {}

    static void check(ConnectorWorld world) {
        Case of = Case.rollups();
        BigQueryTable table = of.table();
        world.createTables();
        world.writer().append(of.rows().in(ConnectorWorld.SPARK, 2), table);
        world.writer().append(of.rows().in(ConnectorWorld.SPARK, 1), table);
        assertEquals(60L, world.value("COUNT(*)", table));
        // Rows 6, 13, 20, 27 hold 2^53 + 1 + row, the others 800 + row; twice.
        assertEquals(
                2 * (4 * 9_007_199_254_740_993L + 66 + 26 * 800L + (435 - 66)), world.value("SUM(requests)", table));
        assertEquals(20L, world.value("COUNTIF(day = DATE '2026-11-22')", table));
        assertEquals(2L, world.value("COUNTIF(minute = TIMESTAMP '2026-11-21 23:59:58.123456+00')", table));
        // Row 29 is 29 × 1.234567 s later.
        assertEquals(2L, world.value("COUNTIF(minute = TIMESTAMP '2026-11-22 00:00:33.925899+00')", table));
        assertEquals(0L, world.value("COUNTIF(minute > TIMESTAMP '2026-11-22 00:00:33.925899+00')", table));
        // "region" has six letters: null where row + 6 divides by five.
        assertEquals(12L, world.value("COUNTIF(region IS NULL)", table));
    }
}
