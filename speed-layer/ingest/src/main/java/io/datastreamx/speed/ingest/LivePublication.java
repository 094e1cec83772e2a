package io.datastreamx.speed.ingest;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import org.apache.spark.sql.SparkSession;

/** Where complete batches go besides the lake. It lags behind the lake and never holds it back. */
interface LivePublication extends AutoCloseable {
    /** For stacks without BigQuery. */
    LivePublication NOWHERE = new LivePublication() {
        @Override
        public void completed(LedgerEntry entry) {}

        @Override
        public void close() {}
    };

    static LivePublication start(Settings settings, SparkSession spark, Lake lake, Fence fence) {
        BigQuerySettings bigQuery = settings.bigquery();
        if (!bigQuery.isOn() || bigQuery.liveInterval().isZero()) {
            return NOWHERE;
        }
        Warehouse warehouse = new Warehouse(bigQuery, new BigQueryClient(bigQuery));
        LiveWarehouse live = new LiveWarehouse(spark, lake, warehouse, WarehouseWriter.of(bigQuery, warehouse), fence);
        BigQueryHandOver handOver = new BigQueryHandOver(live, lake, bigQuery.liveInterval());
        handOver.start();
        return handOver;
    }

    /** The lake's ledger says that the batch is complete. Returns at once. */
    void completed(LedgerEntry entry);

    /** What has not been handed over by now will be by the next process. */
    @Override
    void close();
}
