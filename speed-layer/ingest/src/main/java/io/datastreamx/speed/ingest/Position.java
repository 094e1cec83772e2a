package io.datastreamx.speed.ingest;

import java.util.Comparator;

/**
 * Where a record stands in Kafka.
 *
 * @param appendMicros Kafka append time, microseconds since the epoch
 */
record Position(long appendMicros, String topic, int partition, long offset) {
    /** Of two records with one id the earlier in this order wins. */
    static final Comparator<Position> ORDER = Comparator.comparingLong(Position::appendMicros)
            .thenComparing(Position::topic)
            .thenComparingInt(Position::partition)
            .thenComparingLong(Position::offset);
}
