package io.datastreamx.speed.ingest;

import java.io.Serializable;

/**
 * What a batch reads of one topic partition.
 *
 * @param start first offset, inclusive
 * @param end last offset, exclusive
 */
record PartitionRange(String topic, int partition, long start, long end) implements Serializable {
    /** As ledger and offset log name it. */
    String name() {
        return topic + "-" + partition;
    }
}
