package io.datastreamx.batch;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.lake.Versions;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import java.util.List;

/** Where versions are published besides the lake. Every method may be called again after a failure. */
interface Publication {
    /** For stacks without BigQuery: there is nowhere else to publish to. */
    Publication NOWHERE = new Publication() {
        @Override
        public void publish(Night night) {}

        @Override
        public void bringIntoForce(Versions.Entry version, List<Versions.Entry> kept) {}

        @Override
        public void forget(List<String> versions, long coveredBatch) {}
    };

    static Publication of(BigQuerySettings settings) {
        if (!settings.isOn()) {
            return NOWHERE;
        }
        Warehouse warehouse = new Warehouse(settings, new BigQueryClient(settings));
        return new BigQueryVersions(warehouse, WarehouseWriter.of(settings, warehouse));
    }

    /** Copies the validated version. Nobody sees it before {@link #bringIntoForce}. */
    void publish(Night night);

    /**
     * Lets readers see a version that was published before, be it newer or older than the one that they see.
     *
     * @param kept the versions to which a rollback can return, this one included
     */
    void bringIntoForce(Versions.Entry version, List<Versions.Entry> kept);

    /**
     * Removes what can no longer come into force.
     *
     * @param coveredBatch last ingest batch that all remaining versions cover
     */
    void forget(List<String> versions, long coveredBatch);
}
