package io.datastreamx.speed.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.InForce;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BigQuery's tables of what came after the cut: {@code events} and {@code live} first, {@code ledger} last, all rows of
 * an append under one {@code write_id}. The views count only rows whose id the ledger names, so an append that failed
 * anywhere, or was done twice, changes no answer.
 */
final class LiveWarehouse {
    private static final Logger LOG = LoggerFactory.getLogger(LiveWarehouse.class);

    private final SparkSession spark;
    private final Lake lake;
    private final Warehouse warehouse;
    private final WarehouseWriter writer;
    private final Fence fence;

    LiveWarehouse(SparkSession spark, Lake lake, Warehouse warehouse, WarehouseWriter writer, Fence fence) {
        this.spark = spark;
        this.lake = lake;
        this.warehouse = warehouse;
        this.writer = writer;
        this.fence = fence;
    }

    /**
     * Makes tables that are missing. Where BigQuery was turned on only after a version had come into force, what that
     * version covers is entered into the ledger as known, without its rows; where nothing is in force yet, all is live,
     * and the views are made that say so.
     *
     * @return the last batch in BigQuery's ledger; -1 while there is none
     */
    long begin() {
        warehouse.prepare();
        long last = warehouse.lastLiveBatch();
        if (last >= 0) {
            return last;
        }
        Optional<InForce> shown = warehouse.inForce();
        long cut = shown.map(inForce -> Math.min(inForce.cut(), cutInForce())).orElse(cutInForce());
        if (cut < 0) {
            if (shown.isEmpty()) {
                warehouse.bringIntoForce(InForce.NOTHING, List.of());
            }
            return -1;
        }
        fence.check();
        append(Table.LEDGER, BigQueryTables.ledger(), col("ingest_batch").leq(cut), null);
        LOG.info("BigQuery has live rows from batch {} on; older ones are in the version that covers them", cut + 1);
        return cut;
    }

    /** Of the version in force in the lake; -1 without one. */
    private long cutInForce() {
        return lake.versions().read().inForce().map(Versions.Entry::cut).orElse(-1L);
    }

    /**
     * Appends the batches after {@code after} up to and with {@code until}, of which the lake's ledger says that they
     * are complete.
     */
    void append(long after, long until) {
        long began = System.nanoTime();
        String writeId = UUID.randomUUID().toString();
        Column batches = col("ingest_batch").gt(after).and(col("ingest_batch").leq(until));
        append(Table.EVENTS, BigQueryTables.events(), batches, writeId);
        append(Table.LIVE, BigQueryTables.live(), batches, writeId);
        fence.check();
        append(Table.LEDGER, BigQueryTables.ledger(), batches, writeId);
        LOG.info("BigQuery has the batches {} to {}; {} ms", after + 1, until, (System.nanoTime() - began) / 1_000_000);
    }

    private void append(Table from, BigQueryTable to, Column batches, String writeId) {
        Dataset<Row> rows = spark.read()
                .format("delta")
                .load(lake.uri(from))
                .where(batches)
                .drop(Table.DAY)
                .withColumn(BigQueryTables.WRITE_ID, lit(writeId).cast("string"));
        writer.append(rows, to);
    }
}
