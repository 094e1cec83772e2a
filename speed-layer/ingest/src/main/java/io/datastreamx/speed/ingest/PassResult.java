package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Table;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What one task hands to the driver: counts and the names of files, nothing per record.
 *
 * @param executor id of the Spark executor that it ran on
 * @param partitions one per topic partition of which it read records
 * @param files what it wrote, by table; tables without rows are absent
 */
record PassResult(String executor, List<PartitionCount> partitions, Map<Table, List<WrittenFile>> files)
        implements Serializable {

    /** Offsets without a record, {@code [start, end)}. */
    record Gap(long start, long end) implements Serializable {}

    /**
     * The account of one topic partition.
     *
     * @param partition as {@code topic-partition}
     * @param gaps in the order of offsets
     * @param minAppendMs earliest append time
     * @param maxAppendMs latest append time
     */
    record PartitionCount(
            String partition,
            long accepted,
            long duplicates,
            long quarantined,
            long reusedIds,
            List<Gap> gaps,
            long minAppendMs,
            long maxAppendMs)
            implements Serializable {}

    /**
     * A Parquet file that no table names yet.
     *
     * @param path Hadoop URI
     * @param day since the epoch, on which all its rows count; -1 in tables that are not by day
     * @param bounds least and greatest value of time columns, microseconds
     */
    record WrittenFile(String path, int day, long bytes, long modifiedMs, long rows, Map<String, long[]> bounds)
            implements Serializable {}
}
