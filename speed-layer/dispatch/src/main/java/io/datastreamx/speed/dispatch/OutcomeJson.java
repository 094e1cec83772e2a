package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.policy.ArtifactRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The events that dispatch writes. */
final class OutcomeJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int ID_LENGTH = 32;

    private OutcomeJson() {}

    /**
     * The attempt to get an ad.
     *
     * @param aggregatorId who was asked
     * @param number place in the order of attempts, from 1
     */
    record Attempt(AdRequest request, String aggregatorId, int number) {

        /**
         * The same for the same attempt, whenever and however often it is made: a retry is recognised as a duplicate.
         */
        String eventId(EventType type) {
            String attempt =
                    String.join("\n", request.requestId(), aggregatorId, Integer.toString(number), type.wireName());
            return ArtifactRef.sha256(attempt.getBytes(StandardCharsets.UTF_8)).substring(0, ID_LENGTH);
        }
    }

    static byte[] response(Attempt attempt, Answer answer, long latencyMs, String currency, Instant now) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(640);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            common(json, attempt, EventType.RESPONSE, now);
            json.writeNumberField("attempt", attempt.number());
            json.writeStringField("outcome", answer.outcome().code());
            if (answer.nbr() != null) {
                json.writeNumberField("nbr", answer.nbr());
            }
            json.writeNumberField("latency_ms", latencyMs);
            if (answer.ad() != null) {
                json.writeNumberField("price_micros", answer.ad().priceMicros());
                json.writeStringField("currency", currency);
                json.writeStringField("ad_id", answer.ad().adId());
                json.writeStringField("creative_id", answer.ad().creativeId());
            }
            context(json, attempt.request().context());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] delivery(Attempt attempt, Answer.Ad ad, Instant now) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            common(json, attempt, EventType.AD_DELIVERY, now);
            json.writeStringField("ad_id", ad.adId());
            json.writeStringField("creative_id", ad.creativeId());
            json.writeStringField("media_url", ad.mediaUrl());
            json.writeNumberField("price_micros", ad.priceMicros());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void common(JsonGenerator json, Attempt attempt, EventType type, Instant now) throws IOException {
        json.writeNumberField("schema_version", 1);
        json.writeStringField("event_id", attempt.eventId(type));
        json.writeStringField("event_type", type.wireName());
        json.writeStringField("event_time", EventTimes.format(now));
        json.writeStringField("device_id", attempt.request().deviceId());
        json.writeStringField("request_id", attempt.request().requestId());
        json.writeStringField("aggregator_id", attempt.aggregatorId());
    }

    private static void context(JsonGenerator json, Context context) throws IOException {
        json.writeStringField("channel_id", context.channelId());
        if (context.previousChannelId() != null) {
            json.writeStringField("previous_channel_id", context.previousChannelId());
        }
        if (context.lastAdId() != null) {
            json.writeStringField("last_ad_id", context.lastAdId());
        }
        json.writeStringField("region", context.region());
        json.writeStringField("device_model", context.deviceModel());
    }
}
