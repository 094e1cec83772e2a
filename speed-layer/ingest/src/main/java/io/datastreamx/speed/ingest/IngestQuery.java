package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LeaseLostException;
import io.datastreamx.lake.Ledger;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one micro-batch query over all event topics. */
public final class IngestQuery {
    private static final Logger LOG = LoggerFactory.getLogger(IngestQuery.class);
    /**
     * SPARK-55271 (Spark 4.1; mended in 4.2) kills a query once after a replayed batch; what fails this often without
     * getting on is something else.
     */
    private static final int MAX_FAILURES_IN_A_ROW = 3;

    private static final long LOOK_MS = 50;

    private final SparkSession spark;
    private final Settings settings;
    private final Lake lake;
    private final KeyRing keys;
    private final Fence fence;
    private final Clock clock;
    private final ReentrantLock batchUnderWay = new ReentrantLock();
    private final ExecutorService writers = Executors.newFixedThreadPool(3, IngestQuery::daemon);
    private volatile StreamingQuery query;
    private volatile boolean stopping;
    private volatile boolean completedOne;

    /** @param fence asked before every commit whether this process may still write */
    public IngestQuery(SparkSession spark, Settings settings, Lake lake, KeyRing keys, Fence fence, Clock clock) {
        this.spark = spark;
        this.settings = settings;
        this.lake = lake;
        this.keys = keys;
        this.fence = fence;
        this.clock = clock;
    }

    /**
     * Runs until {@link #stop()}.
     *
     * @param onReady called once, when a batch is complete or there is nothing to read
     * @throws StreamingQueryException where it failed several times without completing a batch in between
     * @throws LeaseLostException where another process has become the writer
     */
    public void run(Runnable onReady) throws StreamingQueryException, TimeoutException, InterruptedException {
        try (KafkaLog log = new KafkaLog(KafkaClients.of(settings.kafka(), "ingest"))) {
            log.shape();
            for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.DEAD_LETTERS, Table.LEDGER)) {
                lake.table(table).createIfAbsent();
            }
            try (LivePublication publication = LivePublication.start(settings, spark, lake, fence);
                    SmallFiles small =
                            new SmallFiles(spark, lake, fence, settings.ingest().compactEvery())) {
                keepRunning(onReady, log, publication, small);
            } finally {
                awaitStop();
            }
        }
    }

    /** The caller closes Spark next, so a stop that is under way must be through. */
    private void awaitStop() {
        batchUnderWay.lock();
        batchUnderWay.unlock();
    }

    private void keepRunning(Runnable onReady, KafkaLog log, LivePublication publication, SmallFiles small)
            throws StreamingQueryException, TimeoutException, InterruptedException {
        int failures = 0;
        boolean ready = false;
        while (!stopping) {
            long before = lastBatch();
            try {
                query = start(log, publication, small);
                if (stopping) {
                    // The stop came while this query was started, and ended the one before it.
                    query.stop();
                    return;
                }
                ready = ready || awaitReady(onReady);
                query.awaitTermination();
            } catch (StreamingQueryException e) {
                fence.check();
                if (stopping) {
                    return;
                }
                requireWhole(e);
                failures = lastBatch() > before || isReplacedLog(e) ? 1 : failures + 1;
                if (failures >= MAX_FAILURES_IN_A_ROW) {
                    throw e;
                }
                LOG.warn(
                        "the query ended and is started again from its checkpoint ({} of {}): {}",
                        failures,
                        MAX_FAILURES_IN_A_ROW,
                        e.getMessage());
            }
        }
    }

    /** A query that has started may still fail at its first batch, again and again. */
    private boolean awaitReady(Runnable onReady) throws InterruptedException {
        while (query.isActive() && !stopping) {
            if (completedOne || query.status().message().startsWith("Waiting for")) {
                onReady.run();
                return true;
            }
            Thread.sleep(LOOK_MS);
        }
        return false;
    }

    private static boolean isReplacedLog(Throwable failure) {
        return causes(failure).anyMatch(LogReplacedException.class::isInstance);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    /**
     * Spark says of a damaged file only what it could not parse.
     *
     * @throws DamagedCheckpointException where the query failed for that
     */
    private void requireWhole(Exception failure) {
        causes(failure)
                .filter(DamagedCheckpointException.class::isInstance)
                .map(DamagedCheckpointException.class::cast)
                .findFirst()
                .ifPresent(damaged -> {
                    throw damaged;
                });
        new Checkpoint(settings.ingest().checkpoint(), lake).damagedFile().ifPresent(file -> {
            throw DamagedCheckpointException.of(file, failure);
        });
    }

    /** Lets the batch under way finish, then ends the query. */
    public void stop() {
        stopping = true;
        batchUnderWay.lock();
        try {
            if (query != null) {
                query.stop();
            }
        } catch (TimeoutException e) {
            LOG.warn("the query did not stop in time; its batch will be replayed");
        } finally {
            batchUnderWay.unlock();
            writers.shutdown();
        }
    }

    private StreamingQuery start(KafkaLog log, LivePublication publication, SmallFiles small) throws TimeoutException {
        Checkpoint checkpoint = new Checkpoint(settings.ingest().checkpoint(), lake);
        KafkaLog.Shape shape = log.shape();
        CheckpointIdentity identity = checkpoint.identity(spark, shape);
        IngestBatch batch = new IngestBatch(
                settings,
                lake,
                keys,
                identity,
                checkpoint.offsetLog(),
                log,
                shape.identity(),
                writers,
                fence,
                publication,
                clock);
        VoidFunction2<Dataset<Row>, Long> process = (records, id) -> {
            batchUnderWay.lockInterruptibly();
            try {
                if (stopping) {
                    throw new IllegalStateException("ingest is stopping; the batch will be replayed");
                }
                batch.process(records, id);
                small.batchCompleted();
                completedOne = true;
            } finally {
                batchUnderWay.unlock();
            }
        };
        DataStreamWriter<Row> writer = records(identity.startingOffsets())
                .writeStream()
                .queryName("ingest")
                .foreachBatch(process)
                .option("checkpointLocation", checkpoint.uri())
                .trigger(Trigger.ProcessingTime(
                        settings.ingest().triggerInterval().toMillis()));
        try {
            return writer.start();
        } catch (Exception e) {
            // Scala throws what Java would have to declare.
            requireWhole(e);
            throw e;
        }
    }

    /** Without aborted records. Records that are gone are no reason to stop: the ledger says that they are. */
    private Dataset<Row> records(String startingOffsets) {
        return spark.readStream()
                .format("kafka")
                .options(KafkaConnection.of(settings.kafka()).sparkOptions())
                .option(
                        "subscribe",
                        Arrays.stream(Topic.values()).map(Topic::topicName).collect(Collectors.joining(",")))
                .option("startingOffsets", startingOffsets)
                .option("maxOffsetsPerTrigger", settings.ingest().maxRecordsPerBatch())
                .option("failOnDataLoss", "false")
                .option("kafka.isolation.level", "read_committed")
                .option("kafka.fetch.max.wait.ms", "50")
                .load();
    }

    private long lastBatch() {
        return new Ledger(lake).last().map(LedgerEntry::batch).orElse(-1L);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "ingest-writer");
        thread.setDaemon(true);
        return thread;
    }
}
