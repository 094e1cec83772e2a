package io.datastreamx.warehouse.connector;

import io.datastreamx.contract.table.Table;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.util.List;

/**
 * A table that DatastreamX keeps in BigQuery, and rows for it.
 *
 * @param key a column that tells its rows apart
 */
record Case(BigQueryTable table, SampleRows rows, String key) {
    private static final int ROWS = 30;

    static Case rollups() {
        return new Case(
                BigQueryTables.rollups(ConnectorWorld.VERSION),
                SampleRows.ofVersion(Table.BATCH_ROLLUPS, ROWS),
                "rollup");
    }

    static Case opportunities() {
        return new Case(
                BigQueryTables.opportunities(ConnectorWorld.VERSION),
                SampleRows.ofVersion(Table.AD_OPPORTUNITIES, ROWS),
                "request_id");
    }

    /** All five. */
    static List<Case> all() {
        return List.of(
                rollups(),
                opportunities(),
                new Case(BigQueryTables.live(), SampleRows.live(Table.LIVE, ROWS), "rollup"),
                new Case(BigQueryTables.events(), SampleRows.live(Table.EVENTS, ROWS), "event_id"),
                new Case(BigQueryTables.ledger(), SampleRows.live(Table.LEDGER, ROWS), "app_id"));
    }

    @Override
    public String toString() {
        return table.name();
    }
}
