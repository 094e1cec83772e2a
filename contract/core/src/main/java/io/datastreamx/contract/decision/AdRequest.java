package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One ad opportunity.
 *
 * @param requestId OpenRTB BidRequest.id
 * @param deviceId the box, as it names itself
 * @param time {@code event_time} of the request
 * @param context what is known about it
 * @param tmaxMs time to answer, milliseconds
 * @param bidFloorMicros least CPM price accepted, micro-units; 0 without a floor
 * @param currency null where the request names none
 * @param podId the ad break; null if none
 * @param slotInPod position in the break; null if none
 * @param maxDurationS longest ad that fits, seconds; null if unlimited
 * @param arrival when it came: the append time of its record. The time to answer runs from here, since the clocks of
 *     boxes are wrong by seconds and more
 */
public record AdRequest(
        String requestId,
        String deviceId,
        Instant time,
        Context context,
        long tmaxMs,
        long bidFloorMicros,
        String currency,
        String podId,
        Long slotInPod,
        Long maxDurationS,
        Instant arrival) {
    static final String ARRIVAL = "arrival_time";

    /** A request that has not come yet: it is taken to arrive at once. */
    public AdRequest(
            String requestId,
            String deviceId,
            Instant time,
            Context context,
            long tmaxMs,
            long bidFloorMicros,
            String currency,
            String podId,
            Long slotInPod,
            Long maxDurationS) {
        this(
                requestId,
                deviceId,
                time,
                context,
                tmaxMs,
                bidFloorMicros,
                currency,
                podId,
                slotInPod,
                maxDurationS,
                time);
    }

    /** @param event of type {@code ad_request}, or a decision, which repeats its request */
    public static AdRequest of(Event event) {
        Instant time = time(event, event.type() == EventType.AD_DECISION ? "request_time" : "event_time");
        return new AdRequest(
                event.text("request_id"),
                event.text("device_id"),
                time,
                Context.of(event),
                event.number("tmax_ms", 0),
                event.number("bid_floor_micros", 0),
                event.text("currency"),
                event.text("pod_id"),
                (Long) event.value("slot_in_pod"),
                (Long) event.value("max_duration_s"),
                event.value(ARRIVAL) == null ? time : time(event, ARRIVAL));
    }

    private static Instant time(Event event, String field) {
        return Instant.EPOCH.plus((Long) event.value(field), ChronoUnit.MICROS);
    }

    /** The same request, taken by Kafka at that time. */
    public AdRequest arrived(Instant at) {
        return new AdRequest(
                requestId,
                deviceId,
                time,
                context,
                tmaxMs,
                bidFloorMicros,
                currency,
                podId,
                slotInPod,
                maxDurationS,
                at);
    }

    /** As an {@code ad_request}. */
    public EventDraft toEvent(String eventId) {
        return addTo(EventDraft.of(EventType.AD_REQUEST, eventId, time, deviceId));
    }

    /** What a decision repeats of its request. */
    EventDraft addTo(EventDraft event) {
        return event.with("request_id", requestId)
                .with("tmax_ms", tmaxMs)
                .with("bid_floor_micros", bidFloorMicros)
                .with("currency", currency)
                .with("pod_id", podId)
                .with("slot_in_pod", slotInPod)
                .with("max_duration_s", maxDurationS)
                .with(context);
    }

    /** The moment after which an answer is of no use. */
    public Instant deadline() {
        return arrival.plusMillis(tmaxMs);
    }
}
