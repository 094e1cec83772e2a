package io.datastreamx.config;

import java.time.Duration;

/**
 * The ingest query.
 *
 * @param duplicateHorizon span of Kafka append time in which a record seen before is a duplicate; zero switches
 *     recognition off
 * @param fillHorizon span of Kafka append time in which a fill gives a complete its price; zero: no fill is known
 * @param compactEvery batches after which their small files are merged; 0: never
 * @param checkpoint Hadoop URI
 * @param slots task slots on one machine
 * @param maxRuntime after which it stops by itself; zero: never
 */
public record IngestSettings(
        Duration triggerInterval,
        long maxRecordsPerBatch,
        Duration duplicateHorizon,
        Duration fillHorizon,
        int compactEvery,
        String checkpoint,
        int slots,
        Duration maxRuntime) {
    public IngestSettings {
        Allowed.notNegative("datastreamx.ingest.trigger-interval", triggerInterval);
        Allowed.atLeast("datastreamx.ingest.max-records-per-batch", maxRecordsPerBatch, 1);
        Allowed.notNegative("datastreamx.ingest.duplicate-horizon", duplicateHorizon);
        Allowed.notNegative("datastreamx.ingest.fill-horizon", fillHorizon);
        Allowed.range("datastreamx.ingest.compact-every", compactEvery, 0, 1_000_000);
        Allowed.uri("datastreamx.ingest.checkpoint", checkpoint);
        Allowed.range("datastreamx.ingest.slots", slots, 1, 1_000);
        Allowed.notNegative("datastreamx.ingest.max-runtime", maxRuntime);
    }

    static IngestSettings of(Values values) {
        return new IngestSettings(
                values.duration("trigger-interval"),
                values.wholeLong("max-records-per-batch"),
                values.duration("duplicate-horizon"),
                values.duration("fill-horizon"),
                values.whole("compact-every"),
                values.text("checkpoint"),
                values.whole("slots"),
                values.duration("max-runtime"));
    }
}
