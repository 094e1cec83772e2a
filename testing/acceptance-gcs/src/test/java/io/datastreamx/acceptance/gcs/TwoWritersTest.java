package io.datastreamx.acceptance.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
import io.datastreamx.testing.GcsEmulator;
import io.delta.tables.DeltaTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Spark's Delta and Delta Kernel on one table on {@code gs:}, as ingest and a night's maintenance are. */
class TwoWritersTest {
    private static final int COMMITS = 4;

    private static GcsEmulator gcs;
    private static SparkSession spark;
    private static Settings settings;

    @BeforeAll
    static void start() {
        gcs = GcsEmulator.start();
        gcs.createBucket("writers");
        Map<String, Object> values = new HashMap<>(GcsEmulator.settings(gcs.hadoop()));
        values.put("datastreamx.home", System.getProperty("java.io.tmpdir"));
        values.put("datastreamx.lake.uri", "gs://writers/lake");
        settings = Settings.load(values);
        spark = SparkSessions.open(
                settings,
                SparkProfile.named("two-writers", 4)
                        .withDelta()
                        .onOneMachine("spark.sql.shuffle.partitions", "1", "the tables are small"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
        gcs.close();
    }

    @Test
    void noCommitIsLostBetweenSparkAndKernelWhileTheTableIsCompacted() throws Exception {
        Lake lake = Lake.of(settings);
        lake.table(Table.VERSIONS).createIfAbsent();
        String uri = lake.uri(Table.VERSIONS);
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Integer> compactions = CompletableFuture.supplyAsync(() -> {
            int done = 0;
            while (writing.get() || done == 0) {
                DeltaTable.forPath(spark, uri).optimize().executeCompaction();
                done++;
            }
            return done;
        });
        Race.run(4, writer -> () -> {
            for (int i = 0; i < COMMITS; i++) {
                String run = writer + "-" + i;
                if (writer % 2 == 0) {
                    Lake.of(settings)
                            .table(Table.VERSIONS)
                            .append("kernel-" + writer, i, List.of(PutIfAbsentTest.row(run)));
                } else {
                    sparkRow(run).write().format("delta").mode("append").save(uri);
                }
            }
            return writer;
        });
        writing.set(false);
        assertTrue(compactions.get() > 0);

        List<String> runs = Lake.of(settings).versions().read().entries().stream()
                .map(Versions.Entry::runId)
                .collect(Collectors.toList());
        assertEquals(4 * COMMITS, runs.size());
        assertEquals(runs.size(), new HashSet<>(runs).size());
        assertEquals(runs.size(), spark.read().format("delta").load(uri).count());
    }

    private static Dataset<Row> sparkRow(String run) {
        return spark.sql("SELECT timestamp'2026-11-20 00:00:00' AS `at`, 'publish' AS action, '" + run
                + "' AS version, 0L AS cut, '" + run + "' AS run_id, 0L AS events, 0L AS late_duplicates"
                + Table.ofBatch().stream()
                        .map(table -> ", 0L AS " + table.title() + "_version")
                        .collect(Collectors.joining()));
    }

    @Test
    void aStreamGoesOnFromItsCheckpointOnGcs() throws Exception {
        String in = "gs://writers/stream/in";
        String out = "gs://writers/stream/out";
        for (int round = 1; round <= 2; round++) {
            spark.range(100).toDF("n").write().format("delta").mode("append").save(in);
            spark.readStream()
                    .format("delta")
                    .load(in)
                    .writeStream()
                    .format("delta")
                    .option("checkpointLocation", "gs://writers/stream/checkpoint")
                    .trigger(Trigger.AvailableNow())
                    .start(out)
                    .awaitTermination();
            assertEquals(100L * round, spark.read().format("delta").load(out).count());
        }
    }
}
