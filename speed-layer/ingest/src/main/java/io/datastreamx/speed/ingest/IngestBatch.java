package io.datastreamx.speed.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One micro-batch, from records to ledger. Killed anywhere and run again it ends the same: the parse and the judgement
 * of duplicates are functions of the offsets and of earlier batches, and each write carries the batch as its
 * transaction.
 */
final class IngestBatch {
    private static final Logger LOG = LoggerFactory.getLogger(IngestBatch.class);
    /** Rows that one Parquet file of the raw log should hold at most; fewer files are cheaper to follow. */
    private static final int ROWS_PER_FILE = 250_000;
    /**
     * Records that are worth a task: each task prepares its aggregation anew, which costs as much as some thousand
     * records.
     */
    private static final long RECORDS_PER_TASK = 5_000;

    private final Lake lake;
    private final Configuration hadoop;
    private final KeyRing keys;
    private final String currency;
    private final CheckpointIdentity checkpoint;
    private final OffsetLog offsetLog;
    private final DuplicateIndex index;
    private final ExecutorService writers;
    private final Fence fence;
    private final LivePublication publication;
    private final Clock clock;

    IngestBatch(
            Lake lake,
            KeyRing keys,
            String currency,
            CheckpointIdentity checkpoint,
            OffsetLog offsetLog,
            DuplicateIndex index,
            ExecutorService writers,
            Fence fence,
            LivePublication publication,
            Clock clock) {
        this.lake = lake;
        this.hadoop = lake.hadoop();
        this.keys = keys;
        this.currency = currency;
        this.checkpoint = checkpoint;
        this.offsetLog = offsetLog;
        this.index = index;
        this.writers = writers;
        this.fence = fence;
        this.publication = publication;
        this.clock = clock;
    }

    /** @param records topic, partition, offset, timestamp, key, value */
    void process(Dataset<Row> records, long sparkBatchId) {
        fence.check();
        long batch = checkpoint.ingestBatch(sparkBatchId);
        if (lake.table(Table.LEDGER).latestTransaction(checkpoint.appId()).orElse(-1) >= batch) {
            LOG.info("batch {} is complete already", batch);
            return;
        }
        long began = clock.millis();
        SortedMap<String, OffsetRange> ranges = offsetLog.rangesOf(sparkBatchId);
        Dataset<Row> parsed = records.coalesce(tasksFor(ranges, records.sparkSession()))
                .mapPartitions(new RecordParser(keys, currency, batch), Encoders.row(RecordParser.SCHEMA))
                .persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Summary summary = Summary.of(parsed);
            long read = clock.millis();
            DuplicateIndex.Judgement judgement = index.judge(summary.candidates());
            write(batch, parsed, summary, judgement);
            LedgerEntry entry = ledgerEntry(batch, ranges, summary, judgement);
            fence.check();
            new Ledger(lake).append(entry);
            publication.completed(entry);
            index.record(judgement.accepted());
            LOG.info(
                    "batch {}: {} read = {} accepted + {} duplicate + {} quarantined; {} ms parse, {} ms write",
                    batch,
                    entry.read(),
                    entry.accepted(),
                    entry.duplicate(),
                    entry.quarantined(),
                    read - began,
                    clock.millis() - read);
        } finally {
            parsed.unpersist();
        }
    }

    private static int tasksFor(SortedMap<String, OffsetRange> ranges, SparkSession spark) {
        long records = ranges.values().stream().mapToLong(OffsetRange::size).sum();
        return (int) Math.min(spark.sparkContext().defaultParallelism(), 1 + records / RECORDS_PER_TASK);
    }

    private void write(long batch, Dataset<Row> parsed, Summary summary, DuplicateIndex.Judgement judgement) {
        ParquetAppend append = new ParquetAppend(lake, hadoop, checkpoint.appId(), batch, fence);
        Dataset<Row> events =
                parsed.where(col("reason").isNull()).withColumn("duplicate", flag(judgement.duplicates()));
        List<Runnable> writes = new ArrayList<>();
        if (!summary.candidates().isEmpty()) {
            writes.add(() -> append.append(
                    Table.EVENTS, rawLog(events, summary.candidates().size()), summary.bounds()));
            writes.add(() -> append.append(Table.LIVE, partials(events, batch), Map.of()));
        }
        if (summary.quarantined() > 0) {
            writes.add(() -> append.append(Table.DEAD_LETTERS, deadLetters(parsed), Map.of()));
        }
        inParallel(writes);
    }

    private static Column flag(List<Position> duplicates) {
        if (duplicates.isEmpty()) {
            return lit(false);
        }
        FlaggedPositions flagged = new FlaggedPositions(duplicates);
        UDF3<String, Integer, Long, Boolean> contains = flagged::contains;
        return udf(contains, DataTypes.BooleanType).apply(col("topic"), col("partition"), col("offset"));
    }

    private static Dataset<Row> rawLog(Dataset<Row> events, int rows) {
        return select(events, Table.EVENTS).coalesce(1 + rows / ROWS_PER_FILE);
    }

    private static Dataset<Row> partials(Dataset<Row> events, long batch) {
        Dataset<Row> counted = events.where(col("duplicate").equalTo(false));
        return select(RollupAggregation.aggregate(counted).withColumn("ingest_batch", number(batch)), Table.LIVE)
                .coalesce(1);
    }

    /** Not a literal: that would stand in the generated code, which Spark would then compile anew for every batch. */
    private static Column number(long batch) {
        UDF0<Long> constant = () -> batch;
        return udf(constant, DataTypes.LongType).asNondeterministic().apply();
    }

    private static Dataset<Row> deadLetters(Dataset<Row> parsed) {
        Dataset<Row> letters =
                parsed.where(col("reason").isNotNull()).withColumn("key_id", col(RecordParser.LETTER_KEY_ID));
        return select(letters, Table.DEAD_LETTERS).coalesce(1);
    }

    private static Dataset<Row> select(Dataset<Row> rows, Table table) {
        return rows.select(table.columnNames().stream().map(name -> col(name)).toArray(Column[]::new));
    }

    private void inParallel(List<Runnable> writes) {
        List<CompletableFuture<Void>> running = writes.stream()
                .map(write -> CompletableFuture.runAsync(write, writers))
                .toList();
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private LedgerEntry ledgerEntry(
            long batch, SortedMap<String, OffsetRange> ranges, Summary summary, DuplicateIndex.Judgement judgement) {
        return new LedgerEntry(
                batch,
                checkpoint.appId(),
                judgement.accepted().size(),
                judgement.duplicates().size(),
                summary.quarantined(),
                ranges,
                summary.appendTimes().map(range -> instant(range[0])),
                summary.appendTimes().map(range -> instant(range[1])),
                clock.instant());
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /**
     * What the driver needs to know of a parsed batch.
     *
     * @param candidates the valid records
     * @param quarantined how many were refused
     * @param appendTimes first and last Kafka append time; empty for an empty batch
     * @param eventTimes first and last event time of the valid records; empty without any
     */
    private record Summary(
            List<DuplicateIndex.Candidate> candidates,
            long quarantined,
            Optional<long[]> appendTimes,
            Optional<long[]> eventTimes) {

        /** Runs the parse; the rows stay cached for the writes. */
        static Summary of(Dataset<Row> parsed) {
            List<DuplicateIndex.Candidate> candidates = new ArrayList<>();
            long quarantined = 0;
            long[] append = {Long.MAX_VALUE, Long.MIN_VALUE};
            long[] event = {Long.MAX_VALUE, Long.MIN_VALUE};
            Dataset<Row> selected = parsed.select(RecordHeads.columns());
            RecordHeads heads = new RecordHeads(selected.schema());
            List<Row> rows = selected.collectAsList();
            for (Row row : rows) {
                widen(append, heads.appendMicros(row));
                if (heads.isEvent(row)) {
                    widen(event, heads.eventMicros(row));
                    candidates.add(new DuplicateIndex.Candidate(heads.id(row), heads.position(row)));
                } else {
                    quarantined++;
                }
            }
            return new Summary(
                    candidates,
                    quarantined,
                    rows.isEmpty() ? Optional.empty() : Optional.of(append),
                    candidates.isEmpty() ? Optional.empty() : Optional.of(event));
        }

        Map<String, long[]> bounds() {
            return Map.of("append_time", appendTimes.orElseThrow(), "event_time", eventTimes.orElseThrow());
        }

        private static void widen(long[] range, long value) {
            range[0] = Math.min(range[0], value);
            range[1] = Math.max(range[1], value);
        }
    }
}
