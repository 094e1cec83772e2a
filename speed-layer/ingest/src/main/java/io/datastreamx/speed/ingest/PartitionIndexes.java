package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventIdentity;
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
 * The duplicate indexes of this JVM, by topic partition. An index that is not here, because the partition was judged
 * elsewhere or by nobody yet, is read back from the raw log.
 */
final class PartitionIndexes {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionIndexes.class);
    private static final List<String> COLUMNS =
            List.of("ingest_batch", "topic", "partition", "append_time", "duplicate", Table.IDENTITY);
    private static final Object REBUILD = new Object();
    private static final Map<String, DuplicateIndex> INDEXES = new HashMap<>();
    private static String owner = "";

    private PartitionIndexes() {}

    /** Ready to judge the batch's records of the partition. One task at a time judges a partition. */
    static DuplicateIndex of(Assignment assignment, PartitionRange range) {
        DuplicateIndex known = known(assignment, range);
        if (known != null && known.begin(assignment.batch(), range.start(), range.end())) {
            return known;
        }
        DuplicateIndex rebuilt;
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
    private static DuplicateIndex known(Assignment assignment, PartitionRange range) {
        synchronized (INDEXES) {
            String wanted = assignment.lakeUri() + " " + assignment.appId() + " " + assignment.epoch();
            if (!owner.equals(wanted)) {
                INDEXES.clear();
                owner = wanted;
            }
            return INDEXES.get(range.name());
        }
    }

    /** Identities that all indexes of this JVM hold, and the memory that they take. */
    static String describe() {
        synchronized (INDEXES) {
            long size =
                    INDEXES.values().stream().mapToLong(DuplicateIndex::size).sum();
            long bytes =
                    INDEXES.values().stream().mapToLong(DuplicateIndex::bytes).sum();
            return "%d identities of %d partitions, %.1f MB".formatted(size, INDEXES.size(), bytes / 1e6);
        }
    }

    /** Those that are there already and at work stay. */
    private static void rebuild(Assignment assignment, Collection<PartitionRange> ranges) {
        Map<String, DuplicateIndex> fresh = new HashMap<>();
        synchronized (INDEXES) {
            for (PartitionRange range : ranges) {
                DuplicateIndex there = INDEXES.get(range.name());
                if (there == null || !there.reaches(range.start(), range.end())) {
                    fresh.put(range.name(), new DuplicateIndex(assignment.horizon(), range.start()));
                }
            }
        }
        // Batches without records, such as the first on an empty log, have no append time.
        if (!assignment.horizon().isZero() && assignment.newestAppendMs() != Long.MIN_VALUE) {
            long oldestMs =
                    assignment.newestAppendMs() - 2 * assignment.horizon().toMillis();
            Predicate recent = new Predicate(
                    ">=", new Column("append_time"), Literal.ofTimestamp(Math.multiplyExact(oldestMs, 1_000L)));
            assignment.lake().table(Table.EVENTS).scan(COLUMNS, recent, rows -> add(rows, assignment, fresh));
            LOG.info(
                    "read back from the raw log: {} identities of {} partitions",
                    fresh.values().stream().mapToLong(DuplicateIndex::size).sum(),
                    fresh.size());
        }
        synchronized (INDEXES) {
            INDEXES.putAll(fresh);
        }
    }

    private static void add(FilteredColumnarBatch rows, Assignment assignment, Map<String, DuplicateIndex> indexes) {
        ColumnVector batch = rows.getData().getColumnVector(0);
        ColumnVector topic = rows.getData().getColumnVector(1);
        ColumnVector partition = rows.getData().getColumnVector(2);
        ColumnVector appended = rows.getData().getColumnVector(3);
        ColumnVector duplicate = rows.getData().getColumnVector(4);
        ColumnVector identity = rows.getData().getColumnVector(5);
        for (int row = 0; row < rows.getData().getSize(); row++) {
            if (!duplicate.getBoolean(row) && assignment.complete().contains(batch.getLong(row))) {
                DuplicateIndex index = indexes.get(topic.getString(row) + "-" + partition.getInt(row));
                if (index != null) {
                    ByteBuffer hashes = ByteBuffer.wrap(identity.getBinary(row), 0, EventIdentity.BYTES);
                    index.add(hashes.getLong(), hashes.getLong(), Math.floorDiv(appended.getLong(row), 1_000L));
                }
            }
        }
    }
}
