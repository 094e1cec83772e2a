package io.datastreamx.speed.ingest;

import static org.apache.spark.sql.functions.col;

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
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
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
     * @param onStarted called each time the query has begun to read
     * @throws StreamingQueryException where it failed several times without completing a batch in between
     * @throws LeaseLostException where another process has become the writer
     */
    public void run(Runnable onStarted) throws StreamingQueryException, TimeoutException {
        Checkpoint.partitions(KafkaClients.of(settings.kafka(), "ingest"));
        for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.DEAD_LETTERS, Table.LEDGER)) {
            lake.table(table).createIfAbsent();
        }
        try (LivePublication publication = LivePublication.start(settings, spark, lake, fence)) {
            keepRunning(onStarted, publication);
        } finally {
            // A stop that is under way holds it: the caller closes Spark next.
            batchUnderWay.lock();
            batchUnderWay.unlock();
        }
    }

    private void keepRunning(Runnable onStarted, LivePublication publication)
            throws StreamingQueryException, TimeoutException {
        int failures = 0;
        while (!stopping) {
            long before = lastBatch();
            try {
                query = start(publication);
                if (stopping) {
                    // The stop came while this query was started, and ended the one before it.
                    query.stop();
                    return;
                }
                onStarted.run();
                query.awaitTermination();
            } catch (StreamingQueryException e) {
                fence.check();
                failures = lastBatch() > before ? 1 : failures + 1;
                if (stopping) {
                    return;
                }
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

    private StreamingQuery start(LivePublication publication) throws TimeoutException {
        Checkpoint checkpoint = new Checkpoint(settings.ingest().checkpoint(), lake);
        CheckpointIdentity identity = checkpoint.identity(spark, KafkaClients.of(settings.kafka(), "ingest"));
        IngestBatch batch = new IngestBatch(
                lake,
                keys,
                settings.currency(),
                identity,
                checkpoint.offsetLog(),
                rebuildIndex(),
                writers,
                fence,
                publication,
                clock);
        VoidFunction2<Dataset<Row>, Long> process = (records, id) -> {
            batchUnderWay.lockInterruptibly();
            try {
                if (!stopping) {
                    batch.process(records, id);
                } else {
                    throw new IllegalStateException("ingest is stopping; the batch will be replayed");
                }
            } finally {
                batchUnderWay.unlock();
            }
        };
        return records(identity.startingOffsets())
                .writeStream()
                .queryName("ingest")
                .foreachBatch(process)
                .option("checkpointLocation", checkpoint.uri())
                .trigger(Trigger.ProcessingTime(
                        settings.ingest().triggerInterval().toMillis()))
                .start();
    }

    private Dataset<Row> records(String startingOffsets) {
        return spark.readStream()
                .format("kafka")
                .options(KafkaConnection.of(settings.kafka()).sparkOptions())
                .option(
                        "subscribe",
                        Arrays.stream(Topic.values()).map(Topic::topicName).collect(Collectors.joining(",")))
                .option("startingOffsets", startingOffsets)
                .option("maxOffsetsPerTrigger", settings.ingest().maxRecordsPerBatch())
                .option("failOnDataLoss", "true")
                .option("kafka.fetch.max.wait.ms", "50")
                .load()
                .select("topic", "partition", "offset", "timestamp", "key", "value");
    }

    /**
     * Reads the ids of the last two horizons back from the raw log; batches that are not in the ledger do not count.
     */
    private DuplicateIndex rebuildIndex() {
        Duration horizon = settings.ingest().duplicateHorizon();
        DuplicateIndex index = new DuplicateIndex(horizon);
        List<LedgerEntry> ledger = new Ledger(lake).entries();
        Optional<Instant> newest =
                ledger.stream().flatMap(entry -> entry.maxAppendTime().stream()).max(Instant::compareTo);
        if (horizon.isZero() || newest.isEmpty()) {
            return index;
        }
        Instant oldest = newest.get().minus(horizon.multipliedBy(2));
        Object[] batches = ledger.stream()
                .filter(entry -> entry.maxAppendTime().isPresent()
                        && !entry.maxAppendTime().get().isBefore(oldest))
                .map(LedgerEntry::batch)
                .toArray();
        Iterator<Row> rows = spark.read()
                .format("delta")
                .load(lake.uri(Table.EVENTS))
                .where(col("ingest_batch").geq(batches[0]))
                .where(col("ingest_batch").isInCollection(Arrays.asList(batches)))
                .where(col("append_time")
                        .geq(Timestamp.from(oldest))
                        .and(col("duplicate").equalTo(false)))
                .select("event_id", "append_time")
                .toLocalIterator();
        while (rows.hasNext()) {
            Row row = rows.next();
            Instant appended = row.getTimestamp(1).toInstant();
            index.add(
                    RecordId.of(row.getString(0)), appended.getEpochSecond() * 1_000_000 + appended.getNano() / 1_000);
        }
        LOG.info("duplicate index: {} ids since {}", index.size(), oldest);
        return index;
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
