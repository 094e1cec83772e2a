package io.datastreamx.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes one event: the common fields first, then whatever is added; null values are left out. */
final class EventWriter {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final JsonGenerator json;

    EventWriter(String eventType, String eventId, long timeMs, String deviceId) {
        try {
            json = FACTORY.createGenerator(bytes);
            json.writeStartObject();
            json.writeNumberField("schema_version", 1);
            text("event_id", eventId);
            text("event_type", eventType);
            time("event_time", timeMs);
            text("device_id", deviceId);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    EventWriter text(String field, String value) {
        return value == null ? this : raw(() -> json.writeStringField(field, value));
    }

    EventWriter number(String field, long value) {
        return raw(() -> json.writeNumberField(field, value));
    }

    EventWriter time(String field, long timeMs) {
        return text(field, TIME.format(Instant.ofEpochMilli(timeMs)));
    }

    EventWriter context(Opportunity opportunity) {
        return text("channel_id", opportunity.channelId())
                .text("previous_channel_id", opportunity.previousChannelId())
                .text("last_ad_id", opportunity.lastAdId())
                .text("region", opportunity.box().region)
                .text("device_model", opportunity.box().deviceModel);
    }

    /** For what is not a plain field. */
    EventWriter with(JsonPart part) {
        return raw(() -> part.write(json));
    }

    byte[] done() {
        raw(() -> {
            json.writeEndObject();
            json.close();
        });
        return bytes.toByteArray();
    }

    interface JsonPart {
        void write(JsonGenerator json) throws IOException;
    }

    private interface Step {
        void run() throws IOException;
    }

    private EventWriter raw(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
