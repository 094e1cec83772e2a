package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;

/**
 * An ad request as OpenRTB 2.6 bid request. The device's id stays with us: only its model and region are told to third
 * parties.
 */
final class BidRequestJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int FIRST_PRICE = 1;
    /** AdCOM's creative subtypes for VAST 2.0, 3.0, 4.0, 4.1 and 4.2. */
    private static final List<Integer> VAST_INLINE = List.of(2, 3, 7, 11, 13);
    /** And for wrappers of these. */
    private static final List<Integer> VAST_WRAPPER = List.of(5, 6, 8, 12, 14);
    /** AdCOM's linearity mode of an ad that plays by itself. */
    private static final int LINEAR = 1;
    /** The id of the one impression that is offered. */
    static final String IMPRESSION = "1";

    private BidRequestJson() {}

    /**
     * @param tmaxMs time that this aggregator has, milliseconds
     * @param currency used where the request names none
     * @param media what boxes play
     * @param wrappers whether wrappers are followed
     */
    static byte[] write(AdRequest request, long tmaxMs, String currency, MediaFile.Limits media, boolean wrappers) {
        String money = request.currency() == null ? currency : request.currency();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", request.requestId());
            json.writeArrayFieldStart("imp");
            writeImpression(json, request, money, media, wrappers);
            json.writeEndArray();
            writeApp(json, request.context());
            writeDevice(json, request.context());
            json.writeNumberField("at", FIRST_PRICE);
            json.writeNumberField("tmax", tmaxMs);
            json.writeArrayFieldStart("cur");
            json.writeString(money);
            json.writeEndArray();
            writeExtension(json, request.context());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeImpression(
            JsonGenerator json, AdRequest request, String money, MediaFile.Limits media, boolean wrappers)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("id", IMPRESSION);
        json.writeObjectFieldStart("video");
        json.writeArrayFieldStart("mimes");
        for (String type : MediaFile.TYPES) {
            json.writeString(type);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("protocols");
        for (int protocol : VAST_INLINE) {
            json.writeNumber(protocol);
        }
        for (int protocol : wrappers ? VAST_WRAPPER : List.<Integer>of()) {
            json.writeNumber(protocol);
        }
        json.writeEndArray();
        json.writeNumberField("linearity", LINEAR);
        json.writeNumberField("maxbitrate", media.bitrate());
        if (request.maxDurationS() != null) {
            json.writeNumberField("maxduration", request.maxDurationS());
        }
        if (request.podId() != null) {
            json.writeStringField("podid", request.podId());
        }
        if (request.slotInPod() != null) {
            json.writeNumberField("slotinpod", request.slotInPod());
        }
        json.writeEndObject();
        json.writeNumberField("bidfloor", BigDecimal.valueOf(request.bidFloorMicros(), 6));
        json.writeStringField("bidfloorcur", money);
        json.writeEndObject();
    }

    private static void writeApp(JsonGenerator json, Context context) throws IOException {
        json.writeObjectFieldStart("app");
        json.writeObjectFieldStart("content");
        json.writeObjectFieldStart("channel");
        json.writeStringField("id", context.channelId());
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeDevice(JsonGenerator json, Context context) throws IOException {
        json.writeObjectFieldStart("device");
        json.writeStringField("model", context.deviceModel());
        json.writeObjectFieldStart("geo");
        json.writeStringField("region", context.region());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeExtension(JsonGenerator json, Context context) throws IOException {
        json.writeObjectFieldStart("ext");
        if (context.previousChannelId() != null) {
            json.writeStringField(Context.PREVIOUS_CHANNEL_ID, context.previousChannelId());
        }
        if (context.lastAdId() != null) {
            json.writeStringField(Context.LAST_AD_ID, context.lastAdId());
        }
        json.writeEndObject();
    }
}
