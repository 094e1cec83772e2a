package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.NewFile;
import io.datastreamx.lake.TableAppender;
import io.datastreamx.speed.ingest.PassResult.PartitionCount;
import io.datastreamx.speed.ingest.PassResult.WrittenFile;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.utils.DataFileStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One micro-batch, from records to ledger: one stage of {@link OnePass}, then commits of the files that its tasks name.
 * Killed anywhere and run again it ends the same: what a task does is a function of the offsets and of earlier batches,
 * and each commit carries the batch as its transaction.
 */
final class IngestBatch {
    private static final Logger LOG = LoggerFactory.getLogger(IngestBatch.class);
    /** Records that are worth a task and files of its own; fewer files are cheaper to follow. */
    private static final long RECORDS_PER_TASK = 10_000;

    private final Settings settings;
    private final Lake lake;
    private final KeyRing keys;
    private final CheckpointIdentity checkpoint;
    private final OffsetLog offsetLog;
    private final KafkaLog log;
    private final KafkaLog.Identity identity;
    private final ExecutorService writers;
    private final Fence fence;
    private final LivePublication publication;
    private final Clock clock;
    private final Ledger ledger;
    private final Map<Table, TableAppender> appenders = new EnumMap<>(Table.class);
    /** Latest append time by topic partition, of what this process has read. */
    private final Map<String, Instant> newest = new HashMap<>();

    private CompleteBatches complete;
    private Optional<Instant> newestOfAll;

    /** @param identity the log that the checkpoint's offsets belong to */
    IngestBatch(
            Settings settings,
            Lake lake,
            KeyRing keys,
            CheckpointIdentity checkpoint,
            OffsetLog offsetLog,
            KafkaLog log,
            KafkaLog.Identity identity,
            ExecutorService writers,
            Fence fence,
            LivePublication publication,
            Clock clock) {
        this.settings = settings;
        this.lake = lake;
        this.keys = keys;
        this.checkpoint = checkpoint;
        this.offsetLog = offsetLog;
        this.log = log;
        this.identity = identity;
        this.writers = writers;
        this.fence = fence;
        this.publication = publication;
        this.clock = clock;
        this.ledger = new Ledger(lake);
        for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.DEAD_LETTERS)) {
            appenders.put(table, lake.table(table).appender());
        }
        List<LedgerEntry> entries = ledger.entries();
        this.complete =
                CompleteBatches.of(entries.stream().map(LedgerEntry::batch).toList());
        this.newestOfAll = entries.stream()
                .flatMap(entry -> entry.maxAppendTime().stream())
                .max(Instant::compareTo);
    }

    /** @param records of Spark's Kafka source */
    void process(Dataset<Row> records, long sparkBatchId) {
        fence.check();
        long batch = checkpoint.ingestBatch(sparkBatchId);
        if (ledger.isComplete(checkpoint.appId(), batch)) {
            LOG.info("batch {} is complete already", batch);
            return;
        }
        long began = clock.millis();
        requireSameLog();
        SortedMap<String, PartitionRange> ranges = offsetLog.rangesOf(sparkBatchId);
        List<PassResult> results = pass(records, assignment(batch, ranges));
        long passed = clock.millis();
        LedgerEntry entry = entry(batch, ranges, results);
        commit(batch, results);
        // Had the log been replaced while it was read, nothing of this would be what was planned.
        requireSameLog();
        fence.check();
        ledger.append(entry);
        remember(entry, results);
        publication.completed(entry);
        LOG.info(
                "batch {}: {} read = {} accepted + {} duplicate + {} quarantined; {} ms pass, {} ms commit; executors {}",
                batch,
                entry.read(),
                entry.accepted(),
                entry.duplicate(),
                entry.quarantined(),
                passed - began,
                clock.millis() - passed,
                results.stream().map(PassResult::executor).collect(Collectors.toCollection(TreeSet::new)));
        if (!entry.lostRanges().isEmpty()) {
            LOG.error(
                    "batch {}: {} records were deleted before they were read: {}",
                    batch,
                    entry.lost(),
                    entry.lostRanges());
        }
    }

    private void requireSameLog() {
        Set<String> replaced = log.identity().changedSince(identity);
        if (!replaced.isEmpty()) {
            throw new LogReplacedException(replaced);
        }
    }

    private Assignment assignment(long batch, SortedMap<String, PartitionRange> ranges) {
        return new Assignment(
                batch,
                checkpoint.appId(),
                fence.epoch(),
                ranges,
                complete,
                newestOfAll.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
                settings.ingest().duplicateHorizon(),
                settings.ingest().fillHorizon(),
                lake.root(),
                settings.storage().hadoop());
    }

    private List<PassResult> pass(Dataset<Row> records, Assignment assignment) {
        SparkContext spark = records.sparkSession().sparkContext();
        var rows = records.queryExecution().toRdd().toJavaRDD();
        long wanted = assignment.ranges().values().stream()
                .mapToLong(range -> range.end() - range.start())
                .sum();
        // On a cluster each partition stays where its index is. The first batch on an empty log has none to share.
        if (spark.isLocal() && rows.getNumPartitions() > 0) {
            rows = rows.coalesce((int) Math.min(rows.getNumPartitions(), 1 + wanted / RECORDS_PER_TASK), false);
        }
        return rows.mapPartitions(new OnePass(assignment, keys, settings.currency()))
                .collect();
    }

    private void commit(long batch, List<PassResult> results) {
        Map<Table, List<NewFile>> files = new EnumMap<>(Table.class);
        for (PassResult result : results) {
            result.files().forEach((table, written) -> files.computeIfAbsent(table, any -> new ArrayList<>())
                    .addAll(written.stream()
                            .map(file -> newFile(table, batch, file))
                            .toList()));
        }
        fence.check();
        List<CompletableFuture<Void>> commits = files.entrySet().stream()
                .map(entry -> CompletableFuture.runAsync(
                        () -> appenders.get(entry.getKey()).addFiles(checkpoint.appId(), batch, entry.getValue()),
                        writers))
                .toList();
        try {
            CompletableFuture.allOf(commits.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static NewFile newFile(Table table, long batch, WrittenFile file) {
        return table.isByDay()
                ? NewFile.of(LocalDate.ofEpochDay(file.day()), status(batch, file))
                : NewFile.of(status(batch, file));
    }

    private static DataFileStatus status(long batch, WrittenFile file) {
        Map<Column, Literal> least = new HashMap<>(Map.of(new Column("ingest_batch"), Literal.ofLong(batch)));
        Map<Column, Literal> greatest = new HashMap<>(least);
        file.bounds().forEach((column, range) -> {
            least.put(new Column(column), Literal.ofTimestamp(range[0]));
            greatest.put(new Column(column), Literal.ofTimestamp(range[1]));
        });
        return new DataFileStatus(
                file.path(),
                file.bytes(),
                file.modifiedMs(),
                Optional.of(new DataFileStatistics(file.rows(), least, greatest, Map.of(), Optional.empty())));
    }

    private LedgerEntry entry(long batch, SortedMap<String, PartitionRange> ranges, List<PassResult> results) {
        List<PartitionCount> counts = counts(results);
        LogGaps gaps = LogGaps.of(ranges, counts, log, partition -> Optional.ofNullable(newest.get(partition))
                .or(() -> newestOfAll));
        SortedMap<String, OffsetRange> offsets = new TreeMap<>();
        ranges.forEach((name, range) -> offsets.put(name, new OffsetRange(range.start(), range.end())));
        return new LedgerEntry(
                batch,
                checkpoint.appId(),
                counts.stream().mapToLong(PartitionCount::accepted).sum(),
                counts.stream().mapToLong(PartitionCount::duplicates).sum(),
                counts.stream().mapToLong(PartitionCount::quarantined).sum(),
                counts.stream().mapToLong(PartitionCount::reusedIds).sum(),
                gaps.absent(),
                gaps.lost(),
                offsets,
                counts.stream()
                        .map(PartitionCount::minAppendMs)
                        .min(Long::compare)
                        .map(Instant::ofEpochMilli),
                counts.stream()
                        .map(PartitionCount::maxAppendMs)
                        .max(Long::compare)
                        .map(Instant::ofEpochMilli),
                clock.instant());
    }

    private static List<PartitionCount> counts(List<PassResult> results) {
        return results.stream().flatMap(result -> result.partitions().stream()).toList();
    }

    private void remember(LedgerEntry entry, List<PassResult> results) {
        complete = complete.with(entry.batch());
        counts(results)
                .forEach(count -> newest.merge(
                        count.partition(),
                        Instant.ofEpochMilli(count.maxAppendMs()),
                        (one, other) -> one.isAfter(other) ? one : other));
        entry.maxAppendTime()
                .ifPresent(time -> newestOfAll = Optional.of(
                        newestOfAll.filter(known -> known.isAfter(time)).orElse(time)));
    }
}
