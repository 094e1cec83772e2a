package io.datastreamx.serving.http;

import io.datastreamx.contract.access.Role;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.Reading;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How far the answers reach and how old they are. */
final class Status {
    private final MergedView view;
    private final Clock clock;
    private final String currency;
    private final boolean open;
    private final SimulatedWorth simulated;

    /** @param open whether whoever reaches this server may ask anything */
    Status(MergedView view, Clock clock, String currency, boolean open, SimulatedWorth simulated) {
        this.view = view;
        this.clock = clock;
        this.currency = currency;
        this.open = open;
        this.simulated = simulated;
    }

    /**
     * @param ends looked up before this call, so that a lag of zero is never told too early
     * @param role of the one who asks: who does not see the system is told how fresh answers are, and no more
     */
    Map<String, Object> json(KafkaEnds.Ends ends, Role role) {
        try (Reading reading = view.read()) {
            return json(ends, role, reading);
        }
    }

    private Map<String, Object> json(KafkaEnds.Ends ends, Role role, Reading reading) {
        Position position = reading.position();
        Map<String, Long> offsets = reading.offsets();
        Optional<Instant> asOf = reading.dataAsOf();
        OptionalLong lag = ends.lag(offsets);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("ingest_batch", position.ingestBatch());
        status.put("cut", position.cut());
        status.put("version", position.version().orElse(null));
        Answers.putGrains(status, position.grains());
        status.put("data_as_of", asOf.map(Instant::toString).orElse(null));
        status.put(
                "freshness_ms",
                asOf.map(at -> clock.millis() - at.toEpochMilli()).orElse(null));
        status.put("lag_records", lag.isPresent() ? lag.getAsLong() : null);
        if (lag.isEmpty()) {
            status.put("lag_unknown", "Kafka cannot be reached, so nobody knows what is still to come");
        }
        if (role.seesSystem()) {
            status.put("open", open);
            putSystem(status, reading, offsets);
        }
        // Of all aggregators together, and of money.
        if (role.seesEveryRow() && role.seesColumn("revenue_micros")) {
            simulated.models().ifPresent(models -> status.put("simulated_worth", models));
        }
        status.put("currency", currency);
        status.put("now", clock.instant().toString());
        return status;
    }

    private void putSystem(Map<String, Object> status, Reading reading, Map<String, Long> offsets) {
        long lost = reading.ledgerTotals().lost();
        status.put("lost_records", lost);
        if (lost > 0) {
            status.put("lost_ranges", Answers.lost(reading.lostRanges(Reading.LOSSES_TOLD)));
        }
        view.problem().ifPresent(problem -> status.put("problem", problem));
        status.put("offsets", offsets);
    }
}
