package io.datastreamx.bench.peers;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventClock;
import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.privacy.KeyRing;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes records to events as ingest does: the same validation, identity, clock and pseudonym. Not thread-safe. */
public final class EventReader {
    private static final String CURRENCY = "USD";
    private static final int MAX_KNOWN = 50_000;
    private static final long MICROS_PER_MINUTE = 60_000_000;

    private final EventValidator validator = new EventValidator(CURRENCY);
    private final EventIdentity.Hasher identities;
    private final KeyRing.Pseudonymizer pseudonyms;
    private final Map<String, String> known = new HashMap<>();

    public EventReader(KeyRing keys) {
        this.identities = new EventIdentity.Hasher(keys);
        this.pseudonyms = keys.pseudonymizer();
    }

    /**
     * @param topic one of {@link Topic#topicName()}
     * @param appendMs when the broker appended it, milliseconds since the epoch
     * @return empty where the record is not valid
     */
    public Optional<LiveEvent> read(String topic, byte[] value, long appendMs) {
        return validator.validate(Topic.named(topic).orElseThrow(), value) instanceof Validated.Accepted accepted
                ? Optional.of(live(accepted.event(), appendMs * 1_000))
                : Optional.empty();
    }

    private LiveEvent live(Event event, long appendMicros) {
        long eventMicros = event.eventTimeMicros();
        String[] dimensions = new String[Rollup.DIMENSIONS.size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = event.text(Rollup.DIMENSIONS.get(i));
        }
        return new LiveEvent(
                identities.of(event),
                Rollup.counts(event.type()),
                Math.floorDiv(EventClock.countedMicros(eventMicros, appendMicros), MICROS_PER_MINUTE),
                dimensions,
                LiveCell.contribution(
                        new Counted(event, EventClock.isImplausible(eventMicros, appendMicros)),
                        pseudonymOf(event.text(EventSchema.DEVICE_ID.name()))));
    }

    /** As ingest keeps them. */
    private String pseudonymOf(String deviceId) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        return known.computeIfAbsent(deviceId, pseudonyms::pseudonym);
    }

    /** Of this fleet every complete has a fill, at the price that it tells. */
    private record Counted(Event event, boolean hasImplausibleClock) implements CountedEvent {
        @Override
        public EventType type() {
            return event.type();
        }

        @Override
        public String text(String column) {
            return column.equals(FillPrice.SOURCE) ? FillPrice.FILL : event.text(column);
        }

        @Override
        public long number(String column) {
            return event.number(column.equals(FillPrice.COUNTED) ? "price_micros" : column, 0);
        }
    }
}
