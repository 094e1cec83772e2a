package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.ml.policy.Expectation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One aggregator asked for one request.
 *
 * @param aggregatorId who is asked
 * @param number place in the order of attempts, from 1
 * @param begun when it was asked
 * @param host that of its endpoint
 * @param modelVersion the model that decided; null without one
 * @param expected by the model in force, uncorrected, with the time that was left; null without a model
 */
record Attempt(
        AdRequest request,
        String aggregatorId,
        int number,
        Instant begun,
        String host,
        String modelVersion,
        Expectation expected) {
    private static final double MILLION = 1e6;

    private static final int ID_LENGTH = 32;

    /** What was answered, as a {@code response}. */
    EventDraft response(Answer answer, String currency, Instant now) {
        EventDraft event = event(EventType.RESPONSE, now)
                .with("attempt", number)
                .with("outcome", answer.reason().outcome())
                .with("reason", answer.reason())
                .with("nbr", answer.nbr() == null ? null : answer.nbr().longValue())
                .with("latency_ms", Math.max(0, now.toEpochMilli() - begun.toEpochMilli()))
                .with("model_version", modelVersion);
        if (expected != null) {
            event.with("expected_fill", Math.rint(expected.fill() * MILLION) / MILLION)
                    .with("expected_price_micros", Math.round(expected.priceMicros()));
        }
        if (answer.ad() != null) {
            event.with("price_micros", answer.ad().priceMicros())
                    .with("currency", currency)
                    .with("ad_id", answer.ad().adId())
                    .with("creative_id", answer.ad().creativeId());
        }
        return event.with(request.context());
    }

    /** The ad on its way to the box. */
    EventDraft delivery(Answer.Ad ad, Instant now) {
        return event(EventType.AD_DELIVERY, now)
                .with("ad_id", ad.adId())
                .with("creative_id", ad.creativeId())
                .with("media_url", ad.creative().mediaUrl())
                .with("price_micros", ad.priceMicros())
                .with("trackers", trackers(ad.creative()));
    }

    /** Null where there are none, so that the field is absent. */
    private static List<Map<String, Object>> trackers(Creative creative) {
        return creative.trackers().isEmpty()
                ? null
                : creative.trackers().stream()
                        .map(tracker -> Map.<String, Object>of("event", tracker.event(), "url", tracker.url()))
                        .toList();
    }

    private EventDraft event(EventType type, Instant now) {
        return EventDraft.of(type, eventId(type), now, request.deviceId())
                .with("request_id", request.requestId())
                .with("aggregator_id", aggregatorId);
    }

    /** The same for the same attempt, whenever and however often it is made: a retry is recognised as a duplicate. */
    private String eventId(EventType type) {
        String attempt =
                String.join("\n", request.requestId(), aggregatorId, Integer.toString(number), type.wireName());
        return ArtifactRef.sha256(attempt.getBytes(StandardCharsets.UTF_8)).substring(0, ID_LENGTH);
    }
}
