package io.datastreamx.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A generated log in memory, spread over two partitions per topic by key as Kafka would. */
final class Generated {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private Generated() {}

    /** @return next offsets by partition */
    static Map<String, Long> fill(FactLog log, RecordGenerator records) {
        Map<String, Long> ends = new HashMap<>();
        long time = START.toEpochMilli();
        while (records.hasNext()) {
            GeneratedRecord record = records.next();
            int partition = Math.floorMod(record.key().hashCode(), 2);
            long offset = ends.merge(record.topic() + "-" + partition, 1L, Long::sum) - 1;
            log.append(record.topic(), partition, offset, time++, record.value());
        }
        return ends;
    }

    static RecordGenerator records(long seed, long count) {
        return new RecordGenerator(RecordGenerator.Options.standard(seed, count, START));
    }

    static FactLog log() {
        return new FactLog("USD", Duration.ofHours(2));
    }
}
