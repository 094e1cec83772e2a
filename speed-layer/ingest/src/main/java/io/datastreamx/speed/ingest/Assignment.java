package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tasks of one batch are told: where they write and what they need to know of earlier batches.
 *
 * @param batch number of the batch
 * @param appId the checkpoint; its application id
 * @param epoch of the writer
 * @param ranges what the batch reads, by {@code topic-partition}
 * @param complete the batches before it
 * @param newestAppendMs latest append time of these; {@link Long#MIN_VALUE} without any
 * @param duplicateHorizon in which duplicates are recognised
 * @param fillHorizon in which fills are known
 * @param lakeUri root of the lake
 * @param hadoopProperties how it is reached
 */
record Assignment(
        long batch,
        String appId,
        long epoch,
        SortedMap<String, PartitionRange> ranges,
        CompleteBatches complete,
        long newestAppendMs,
        Duration duplicateHorizon,
        Duration fillHorizon,
        String lakeUri,
        Map<String, String> hadoopProperties)
        implements Serializable {
    /** One for a JVM: opening a lake reads Hadoop's defaults. */
    private static final Map<String, Lake> LAKES = new ConcurrentHashMap<>();

    Lake lake() {
        return LAKES.computeIfAbsent(lakeUri, uri -> new Lake(uri, hadoopProperties));
    }

    PartitionRange range(String topic, int partition) {
        return ranges.get(topic + "-" + partition);
    }

    /**
     * Where files of this batch lie. The folder is this writer's own: files of an attempt that died with its process
     * stay as orphans, since nobody can know that it will not be woken and write, or be read, once more.
     */
    String folder(Table table) {
        return lakeUri + "/" + table.path() + "/data/" + appId + "/" + batch + "/" + epoch;
    }
}
