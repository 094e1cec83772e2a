package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.delta.tables.DeltaTable;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges the small files that batches leave in ledger and live rows, beside the counting and without changing an
 * answer. Who opens these tables reads all of them: ingest and serving after a crash would else read a file for every
 * second since the last night. The raw log is left to the nights: rewriting it costs as much as writing it.
 */
final class SmallFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmallFiles.class);
    private static final List<Table> TABLES = List.of(Table.LEDGER, Table.LIVE);

    private final SparkSession spark;
    private final Lake lake;
    private final Fence fence;
    private final int every;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(SmallFiles::daemon);
    private final AtomicBoolean atWork = new AtomicBoolean();
    private int batches;

    /** @param every how many batches; 0: never */
    SmallFiles(SparkSession spark, Lake lake, Fence fence, int every) {
        this.spark = spark;
        this.lake = lake;
        this.fence = fence;
        this.every = every;
    }

    /** Returns at once. */
    void batchCompleted() {
        if (every > 0 && ++batches >= every && atWork.compareAndSet(false, true)) {
            batches = 0;
            worker.execute(this::merge);
        }
    }

    private void merge() {
        try {
            for (Table table : TABLES) {
                fence.check();
                long began = System.nanoTime();
                DeltaTable.forPath(spark, lake.uri(table)).optimize().executeCompaction();
                LOG.info("merged the small files of {}; {} ms", table.path(), (System.nanoTime() - began) / 1_000_000);
            }
        } catch (RuntimeException e) {
            LOG.warn("could not merge small files; tried again after {} batches: {}", every, e.toString());
        } finally {
            atWork.set(false);
        }
    }

    /** What is under way is given up; nothing of it is visible then. */
    @Override
    public void close() {
        worker.shutdownNow();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "ingest-small-files");
        thread.setDaemon(true);
        return thread;
    }
}
