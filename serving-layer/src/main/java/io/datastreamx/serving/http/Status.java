package io.datastreamx.serving.http;

import io.datastreamx.serving.replica.LakeCopy;
import io.datastreamx.serving.replica.Position;
import io.datastreamx.serving.replica.Reading;
import io.datastreamx.serving.report.LedgerReport;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How far the answers reach and how old they are. */
final class Status {
    private final LakeCopy copy;
    private final Clock clock;
    private final String currency;

    Status(LakeCopy copy, Clock clock, String currency) {
        this.copy = copy;
        this.clock = clock;
        this.currency = currency;
    }

    /** @param ends looked up before this call, so that a lag of zero is never told too early */
    Map<String, Object> json(KafkaEnds.Ends ends) {
        try (Reading reading = copy.read()) {
            return json(ends, reading);
        }
    }

    private Map<String, Object> json(KafkaEnds.Ends ends, Reading reading) {
        Position position = reading.position();
        Map<String, Long> offsets = LedgerReport.offsets(reading, position.ingestBatch());
        Optional<Instant> asOf = LedgerReport.dataAsOf(reading);
        OptionalLong lag = ends.lag(offsets);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("ingest_batch", position.ingestBatch());
        status.put("cut", position.cut());
        status.put("version", position.version().orElse(null));
        status.put("data_as_of", asOf.map(Instant::toString).orElse(null));
        status.put(
                "freshness_ms",
                asOf.map(at -> clock.millis() - at.toEpochMilli()).orElse(null));
        status.put("lag_records", lag.isPresent() ? lag.getAsLong() : null);
        if (lag.isEmpty()) {
            status.put("lag_unknown", "Kafka cannot be reached, so nobody knows what is still to come");
        }
        copy.problem().ifPresent(problem -> status.put("problem", problem));
        status.put("offsets", offsets);
        status.put("currency", currency);
        status.put("now", clock.instant().toString());
        return status;
    }
}
