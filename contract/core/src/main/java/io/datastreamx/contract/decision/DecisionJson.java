package io.datastreamx.contract.decision;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.datastreamx.contract.event.EventTimes;
import io.datastreamx.contract.event.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A decision as the {@code ad_decision} event. */
public final class DecisionJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private DecisionJson() {}

    public static byte[] write(Decision decision) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("schema_version", 1);
            json.writeStringField("event_id", decision.eventId());
            json.writeStringField("event_type", EventType.AD_DECISION.wireName());
            json.writeStringField("event_time", EventTimes.format(decision.time()));
            json.writeStringField("device_id", decision.request().deviceId());
            json.writeStringField("request_id", decision.request().requestId());
            json.writeStringField(
                    "request_time", EventTimes.format(decision.request().time()));
            json.writeStringField("status", decision.status().code());
            writeRanked(json, decision);
            if (decision.chosen() != null) {
                json.writeStringField("aggregator_id", decision.chosen());
                json.writeNumberField("propensity", decision.propensity());
            }
            json.writeBooleanField("explore", decision.explore());
            json.writeStringField("snapshot_id", decision.snapshotId());
            json.writeStringField("policy_version", decision.policyVersion());
            optional(json, "model_version", decision.modelVersion());
            writeExcluded(json, decision);
            writeRequest(json, decision.request());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeRanked(JsonGenerator json, Decision decision) throws IOException {
        json.writeArrayFieldStart("ranked");
        for (Candidate candidate : decision.ranked()) {
            json.writeStartObject();
            json.writeStringField("aggregator_id", candidate.aggregatorId());
            json.writeNumberField("score_micros", candidate.scoreMicros());
            json.writeNumberField("propensity", candidate.propensity());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeExcluded(JsonGenerator json, Decision decision) throws IOException {
        json.writeArrayFieldStart("excluded");
        for (Exclusion exclusion : decision.excluded()) {
            json.writeStartObject();
            json.writeStringField("aggregator_id", exclusion.aggregatorId());
            json.writeStringField("reason", exclusion.reason().code());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeRequest(JsonGenerator json, AdRequest request) throws IOException {
        json.writeNumberField("tmax_ms", request.tmaxMs());
        json.writeNumberField("bid_floor_micros", request.bidFloorMicros());
        optional(json, "currency", request.currency());
        optional(json, "pod_id", request.podId());
        optional(json, "slot_in_pod", request.slotInPod());
        optional(json, "max_duration_s", request.maxDurationS());
        json.writeStringField("channel_id", request.context().channelId());
        optional(json, "previous_channel_id", request.context().previousChannelId());
        optional(json, "last_ad_id", request.context().lastAdId());
        json.writeStringField("region", request.context().region());
        json.writeStringField("device_model", request.context().deviceModel());
    }

    private static void optional(JsonGenerator json, String field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static void optional(JsonGenerator json, String field, Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(field, value);
        }
    }
}
