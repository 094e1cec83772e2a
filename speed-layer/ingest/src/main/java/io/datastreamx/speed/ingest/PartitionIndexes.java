package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.table.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of this JVM, by topic partition. An index that is not here, because the partition was judged elsewhere or
 * by nobody yet, is read back from the raw log.
 */
final class PartitionIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionIndexes.class);
    private static final List<String> COLUMNS = List.of(
            "ingest_batch",
            "topic",
            "partition",
            "append_time",
            "duplicate",
            Table.IDENTITY,
            "outcome",
            "request_id",
            "aggregator_id",
            "price_micros");
    private static final Object REBUILD = new Object();
    private static final Map<String, PartitionIndex> INDEXES = new HashMap<>();
    private static String owner = "";

    private PartitionIndexes() {}

    /** Ready to judge the batch's records of the partition. One task at a time judges a partition. */
    static PartitionIndex of(Assignment assignment, PartitionRange range) {
        PartitionIndex known = known(assignment, range);
        if (known != null && known.begin(assignment.batch(), range.start(), range.end())) {
            return known;
        }
        PartitionIndex rebuilt;
        synchronized (REBUILD) {
            // Another task of this batch may have read all of them back meanwhile.
            rebuilt = known(assignment, range);
            if (rebuilt == null || rebuilt == known) {
                rebuild(assignment, isOnlyJvm() ? assignment.ranges().values() : List.of(range));
                rebuilt = known(assignment, range);
            }
        }
        if (!rebuilt.begin(assignment.batch(), range.start(), range.end())) {
            throw new IllegalStateException("an index that was made for " + range + " does not begin there");
        }
        return rebuilt;
    }

    private static boolean isOnlyJvm() {
        return SparkEnv.get() != null && SparkEnv.get().executorId().equals("driver");
    }

    /** What indexes of another checkpoint say of offsets need not be so here. */
    private static PartitionIndex known(Assignment assignment, PartitionRange range) {
        synchronized (INDEXES) {
            String wanted = assignment.lakeUri() + " " + assignment.appId() + " " + assignment.epoch();
            if (!owner.equals(wanted)) {
                INDEXES.clear();
                owner = wanted;
            }
            return INDEXES.get(range.name());
        }
    }

    /** What all indexes of this JVM hold, and the memory that they take. */
    static String describe() {
        synchronized (INDEXES) {
            long bytes = INDEXES.values().stream()
                    .mapToLong(
                            index -> index.identities().bytes() + index.fills().bytes())
                    .sum();
            return "%s, %.1f MB".formatted(sizesOf(INDEXES.values()), bytes / 1e6);
        }
    }

    private static String sizesOf(Collection<PartitionIndex> indexes) {
        return "%d identities and %d fills of %d partitions"
                .formatted(
                        indexes.stream()
                                .mapToLong(index -> index.identities().size())
                                .sum(),
                        indexes.stream()
                                .mapToLong(index -> index.fills().size())
                                .sum(),
                        indexes.size());
    }

    /** Those that are there already and at work stay. */
    private static void rebuild(Assignment assignment, Collection<PartitionRange> ranges) {
        Map<String, PartitionIndex> fresh = new HashMap<>();
        synchronized (INDEXES) {
            for (PartitionRange range : ranges) {
                PartitionIndex there = INDEXES.get(range.name());
                if (there == null || !there.reaches(range.start(), range.end())) {
                    fresh.put(
                            range.name(),
                            new PartitionIndex(assignment.duplicateHorizon(), assignment.fillHorizon(), range.start()));
                }
            }
        }
        // Batches without records, such as the first on an empty log, have no append time.
        long reachMs = reachMs(assignment);
        if (reachMs > 0 && assignment.newestAppendMs() != Long.MIN_VALUE) {
            long oldestMs = assignment.newestAppendMs() - reachMs;
            Predicate recent = new Predicate(
                    ">=", new Column("append_time"), Literal.ofTimestamp(Math.multiplyExact(oldestMs, 1_000L)));
            assignment.lake().table(Table.EVENTS).scan(COLUMNS, recent, rows -> add(rows, assignment, fresh));
            LOG.info("read back from the raw log: {}", sizesOf(fresh.values()));
        }
        synchronized (INDEXES) {
            INDEXES.putAll(fresh);
        }
    }

    /** Records of a batch may have been appended before the newest of earlier ones, but hardly by a horizon. */
    private static long reachMs(Assignment assignment) {
        return Math.max(
                2 * assignment.duplicateHorizon().toMillis(),
                assignment.fillHorizon().toMillis() + FillPrice.sliceMs(assignment.fillHorizon()));
    }

    private static void add(FilteredColumnarBatch rows, Assignment assignment, Map<String, PartitionIndex> indexes) {
        ColumnVector batch = rows.getData().getColumnVector(0);
        ColumnVector topic = rows.getData().getColumnVector(1);
        ColumnVector partition = rows.getData().getColumnVector(2);
        ColumnVector appended = rows.getData().getColumnVector(3);
        ColumnVector duplicate = rows.getData().getColumnVector(4);
        ColumnVector identity = rows.getData().getColumnVector(5);
        ColumnVector outcome = rows.getData().getColumnVector(6);
        ColumnVector request = rows.getData().getColumnVector(7);
        ColumnVector aggregator = rows.getData().getColumnVector(8);
        ColumnVector price = rows.getData().getColumnVector(9);
        for (int row = 0; row < rows.getData().getSize(); row++) {
            if (!duplicate.getBoolean(row) && assignment.complete().contains(batch.getLong(row))) {
                PartitionIndex index = indexes.get(topic.getString(row) + "-" + partition.getInt(row));
                if (index != null) {
                    ByteBuffer hashes = ByteBuffer.wrap(identity.getBinary(row), 0, EventIdentity.BYTES);
                    long appendMs = Math.floorDiv(appended.getLong(row), 1_000L);
                    index.identities().add(hashes.getLong(), hashes.getLong(), appendMs);
                    if (!outcome.isNullAt(row) && outcome.getString(row).equals(ResponseOutcome.FILL.code())) {
                        index.fills()
                                .add(request.getString(row), aggregator.getString(row), price.getLong(row), appendMs);
                    }
                }
            }
        }
    }
}
