package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.privacy.KeyRing;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventIdentityTest {
    private final KeyRing keys = new KeyRing("k1", Map.of("k1", new byte[32]));
    private final EventIdentity.Hasher hasher = new EventIdentity.Hasher(keys);

    @Test
    void whatABoxSendsIsTheSameOnlyWithBoxTypeIdAndTime() {
        EventIdentity first = of(EventType.HEARTBEAT, "box-1", "1", 1_000);
        assertThat(of(EventType.HEARTBEAT, "box-1", "1", 1_000)).isEqualTo(first);
        assertThat(of(EventType.HEARTBEAT, "box-2", "1", 1_000)).isNotEqualTo(first);
        assertThat(of(EventType.TUNE_OUT, "box-1", "1", 1_000)).isNotEqualTo(first);
        assertThat(of(EventType.HEARTBEAT, "box-1", "2", 1_000)).isNotEqualTo(first);
        EventIdentity later = of(EventType.HEARTBEAT, "box-1", "1", 2_000);
        assertThat(later).isNotEqualTo(first);
        assertThat(later.id()).as("an id that is used again is recognised").isEqualTo(first.id());
    }

    @Test
    void whatAServiceWritesIsTheSameAtAnyTime() {
        EventIdentity first = of(EventType.AD_DECISION, "box-1", "d1", 1_000);
        assertThat(of(EventType.AD_DECISION, "box-1", "d1", 2_000)).isEqualTo(first);
        assertThat(of(EventType.AD_DECISION, "box-1", "d2", 1_000)).isNotEqualTo(first);
        assertThat(of(EventType.RESPONSE, "box-1", "d1", 1_000)).isNotEqualTo(first);
    }

    @Test
    void fieldsDoNotRunIntoOneAnother() {
        assertThat(of(EventType.TUNE_IN, "1box", "a", 1).id())
                .isNotEqualTo(of(EventType.TUNE_IN, "box", "a1", 1).id());
    }

    @Test
    void aRotationOfThePseudonymsKeyChangesNoIdentity() {
        KeyRing rotated = new KeyRing("k2", Map.of("k1", new byte[32], "k2", new byte[] {
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
        }));
        Event event = event(EventType.TUNE_IN, "box-1", "1", 5);
        assertThat(new EventIdentity.Hasher(rotated).of(event)).isEqualTo(hasher.of(event));
    }

    @Test
    void readsBackAsWritten() {
        EventIdentity identity = of(EventType.TUNE_IN, "box-1", "1", 5);
        assertThat(EventIdentity.ofBytes(identity.toBytes())).isEqualTo(identity);
    }

    private EventIdentity of(EventType type, String device, String id, long micros) {
        return hasher.of(event(type, device, id, micros));
    }

    private static Event event(EventType type, String device, String id, long micros) {
        Map<String, Object> values = new HashMap<>(Map.of("event_id", id, "device_id", device, "event_time", micros));
        return Event.of(type, values);
    }
}
