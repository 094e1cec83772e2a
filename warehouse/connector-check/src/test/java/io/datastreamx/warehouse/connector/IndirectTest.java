package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import io.datastreamx.contract.bigquery.BigQueryTable;
import io.datastreamx.contract.bigquery.BigQueryTables;
import io.datastreamx.contract.table.Table;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
class IndirectTest {
    private static final int ROWS = 30;
    @TempDir Path folder;
    @Test void rollups() { check("connector", BigQueryTables.rollups(ConnectorWorld.VERSION), SampleRows.ofVersion(Table.BATCH_ROLLUPS, ROWS), ""); }
    @Test void opps() { check("connector", BigQueryTables.opportunities(ConnectorWorld.VERSION), SampleRows.ofVersion(Table.AD_OPPORTUNITIES, ROWS), "request_id"); }
    @Test void live() { check("connector", BigQueryTables.live(), SampleRows.live(Table.LIVE, ROWS), ""); }
    @Test void events() { check("connector", BigQueryTables.events(), SampleRows.live(Table.EVENTS, ROWS), "event_id"); }
    @Test void ledger() { check("connector", BigQueryTables.ledger(), SampleRows.live(Table.LEDGER, ROWS), ""); }
    @Test void drollups() { check("connector-direct", BigQueryTables.rollups(ConnectorWorld.VERSION), SampleRows.ofVersion(Table.BATCH_ROLLUPS, ROWS), ""); }
    @Test void dopps() { check("connector-direct", BigQueryTables.opportunities(ConnectorWorld.VERSION), SampleRows.ofVersion(Table.AD_OPPORTUNITIES, ROWS), "request_id"); }
    @Test void dlive() { check("connector-direct", BigQueryTables.live(), SampleRows.live(Table.LIVE, ROWS), ""); }
    @Test void devents() { check("connector-direct", BigQueryTables.events(), SampleRows.live(Table.EVENTS, ROWS), "event_id"); }
    @Test void dledger() { check("connector-direct", BigQueryTables.ledger(), SampleRows.live(Table.LEDGER, ROWS), ""); }
    void check(String w, BigQueryTable table, SampleRows rows, String key) {
        ConnectorWorld world=new ConnectorWorld(w);
        world.warehouse().begin(ConnectorWorld.VERSION);
        ConnectorWorld.proxy().watch(r -> { if (!r.contains("/queries")) System.err.println(r.length()>6000?r.substring(0,6000):r); });
        long t0=System.currentTimeMillis();
        world.writer().append(rows.in(ConnectorWorld.SPARK,2), table);
        System.err.println("=== "+w+" "+table.name()+" "+(System.currentTimeMillis()-t0));
        world.answers().assertFlat(rows, world.relation(table));
        System.err.println("=== "+w+" flat ok "+table.name()+" "+(System.currentTimeMillis()-t0));
        for (var a: rows.arrays()) { world.answers().assertElements(rows, key, a, world.relation(table)); System.err.println("=== "+w+" array ok "+table.name()+a.name()+" "+(System.currentTimeMillis()-t0)); }
    }
}
