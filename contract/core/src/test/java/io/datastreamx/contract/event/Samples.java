package io.datastreamx.contract.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** One valid record of each event type, written by hand. */
final class Samples {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONTEXT = """
            "channel_id":"news","previous_channel_id":"sport","last_ad_id":"ad-1","region":"north","device_model":"m1\"""";
    private static final Map<EventType, String> BODIES = new EnumMap<>(EventType.class);

    static {
        BODIES.put(EventType.TUNE_IN, CONTEXT);
        BODIES.put(EventType.TUNE_OUT, CONTEXT + ",\"duration_s\":30");
        BODIES.put(EventType.HEARTBEAT, CONTEXT + ",\"duration_s\":60");
        BODIES.put(
                EventType.AD_REQUEST,
                CONTEXT + ",\"request_id\":\"r1\",\"tmax_ms\":500,\"bid_floor_micros\":1000000,\"currency\":\"USD\"");
        BODIES.put(EventType.AD_DECISION, CONTEXT + """
                ,"request_id":"r1","request_time":"2026-11-22T10:00:00.000Z","status":"routed","ranked":[{"aggregator_id":"a","score_micros":5,"propensity":0.9},
                {"aggregator_id":"b","score_micros":3,"propensity":0.1}],"aggregator_id":"a","propensity":0.9,"explore":false,"snapshot_id":"p/h/c",
                "policy_version":"v1","excluded":[{"aggregator_id":"c","reason":"disabled"}]""");
        BODIES.put(
                EventType.RESPONSE,
                CONTEXT
                        + ",\"request_id\":\"r1\",\"aggregator_id\":\"a\",\"attempt\":1,\"outcome\":\"fill\",\"latency_ms\":42,\"price_micros\":2500000");
        String playback =
                CONTEXT + ",\"request_id\":\"r1\",\"aggregator_id\":\"a\",\"ad_id\":\"ad-2\",\"price_micros\":2500000";
        for (EventType type : EventType.values()) {
            if (type.topic() == Topic.AD_EVENTS && type != EventType.RESPONSE) {
                BODIES.put(type, playback);
            }
        }
        BODIES.put(
                EventType.AD_DELIVERY,
                "\"request_id\":\"r1\",\"aggregator_id\":\"a\",\"ad_id\":\"ad-2\",\"creative_id\":\"c\",\"media_url\":\"http://m/1\"");
    }

    private Samples() {}

    static ObjectNode of(EventType type) {
        try {
            return (ObjectNode) JSON.readTree(text(type));
        } catch (Exception e) {
            throw new IllegalStateException(type + ": " + text(type), e);
        }
    }

    static String text(EventType type) {
        return "{\"schema_version\":1,\"event_id\":\"e1\",\"event_type\":\"" + type.wireName()
                + "\",\"event_time\":\"2026-11-22T10:00:00.123Z\",\"device_id\":\"box-1\"," + BODIES.get(type) + "}";
    }

    static byte[] bytes(Object json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
