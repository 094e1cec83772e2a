package io.datastreamx.verification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The events as section 4 of the design states them, written down a second time on purpose: one line of
 * {@code field:check} per event type, a trailing question mark where the field may be absent or null.
 */
final class Shapes {
    /** One field: its name, how it is checked, and whether it may be absent. */
    record Slot(String name, String check, boolean optional) {}

    /** One event type. */
    record Shape(String topic, List<Slot> slots) {
        boolean knows(String field) {
            return slots.stream().anyMatch(slot -> slot.name().equals(field));
        }
    }

    private static final String COMMON =
            "schema_version:version event_id:text event_type:text event_time:time device_id:text ";
    private static final String CONTEXT =
            "channel_id:text previous_channel_id:text? last_ad_id:text? region:text device_model:text ";
    private static final String SLOT_OFFER =
            "pod_id:text? slot_in_pod:slot? max_duration_s:seconds? bid_floor_micros:money? currency:text? ";
    private static final String PLAYBACK =
            "request_id:text aggregator_id:text ad_id:text price_micros:money currency:text? "
                    + "error_code:upto10000? " + CONTEXT;

    static final List<Slot> CANDIDATE = slots(
            "aggregator_id:text score_micros:money propensity:share fill:share? value_micros:money? answer_ms:millis?");
    static final List<Slot> POSITION = slots("aggregator_id:text propensity:share");
    static final List<Slot> TRACKER = slots("event:text url:url");
    static final List<Slot> EXCLUSION = slots("aggregator_id:text reason:text");

    private static final Map<String, Shape> BY_TYPE = new HashMap<>();

    static {
        add("tuning-events", "tune_in", CONTEXT);
        add("tuning-events", "tune_out", CONTEXT + "duration_s:seconds");
        add("tuning-events", "heartbeat", CONTEXT + "duration_s:seconds");
        add("ad-requests", "ad_request", "request_id:text tmax_ms:millis " + SLOT_OFFER + CONTEXT);
        add(
                "ad-decisions",
                "ad_decision",
                "request_id:text request_time:time status:status ranked:candidates excluded:exclusions aggregator_id:text? "
                        + "propensity:share? explore:bool snapshot_id:text policy_version:text model_version:text? tmax_ms:millis? "
                        + "arrival_time:time? order:positions? chain_value_micros:money? features_version:from1to1000? "
                        + SLOT_OFFER + CONTEXT);
        add(
                "ad-events",
                "response",
                "request_id:text aggregator_id:text attempt:upto1000 outcome:outcome nbr:upto10000? reason:text? latency_ms:millis "
                        + "price_micros:money? expected_fill:share? expected_price_micros:money? model_version:text? currency:text? ad_id:text? "
                        + "creative_id:text? " + CONTEXT);
        for (String type :
                List.of("impression", "start", "first_quartile", "midpoint", "third_quartile", "complete", "error")) {
            add("ad-events", type, PLAYBACK);
        }
        add(
                "ad-deliveries",
                "ad_delivery",
                "request_id:text aggregator_id:text ad_id:text creative_id:text media_url:url price_micros:money? trackers:trackers?");
    }

    private Shapes() {}

    /** @return null for a type that the design does not name */
    static Shape of(String eventType) {
        return BY_TYPE.get(eventType);
    }

    private static void add(String topic, String type, String own) {
        BY_TYPE.put(type, new Shape(topic, slots(COMMON + own)));
    }

    private static List<Slot> slots(String text) {
        List<Slot> slots = new ArrayList<>();
        for (String word : text.trim().split("\\s+")) {
            String[] parts = word.split(":");
            boolean optional = parts[1].endsWith("?");
            slots.add(new Slot(parts[0], optional ? parts[1].substring(0, parts[1].length() - 1) : parts[1], optional));
        }
        return List.copyOf(slots);
    }
}
