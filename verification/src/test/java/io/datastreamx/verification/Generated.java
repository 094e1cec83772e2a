package io.datastreamx.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A generated log in memory, spread over two partitions per topic by key as Kafka would; a record each millisecond. */
final class Generated {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private Generated() {}

    /** @return next offsets by partition */
    static Map<String, Long> fill(FactLog log, RecordGenerator records) {
        Map<String, Long> ends = new HashMap<>();
        fill(log, records, Long.MAX_VALUE, ends);
        return ends;
    }

    /** Goes on with the next {@code count} records. @param ends next offsets by partition, which move on */
    static void fill(FactLog log, RecordGenerator records, long count, Map<String, Long> ends) {
        long before = ends.values().stream().mapToLong(Long::longValue).sum();
        for (long i = 0; i < count && records.hasNext(); i++) {
            GeneratedRecord record = records.next();
            int partition = Math.floorMod(record.key().hashCode(), 2);
            long offset = ends.merge(record.topic() + "-" + partition, 1L, Long::sum) - 1;
            log.append(record.topic(), partition, offset, appendMs(before + i), record.value());
        }
    }

    /** @param number of the record in the log, from 0 */
    static long appendMs(long number) {
        return START.toEpochMilli() + number;
    }

    static RecordGenerator records(long seed, long count) {
        return new RecordGenerator(RecordGenerator.Options.standard(seed, count, START));
    }

    static FactLog log() {
        return new FactLog("USD", Duration.ofHours(2));
    }
}
