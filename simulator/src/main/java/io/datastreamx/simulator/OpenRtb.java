package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.event.Context;
import io.datastreamx.simulator.world.Ads;
import io.datastreamx.simulator.world.Answer;
import io.datastreamx.simulator.world.TruthContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * The part of OpenRTB 2.6 that the simulated aggregators speak. Prices are CPM in currency units, as OpenRTB has them.
 */
final class OpenRtb {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** No-bid reason 0, unknown error; OpenRTB 2.6, list 5.24 (now AdCOM). */
    private static final int NO_BID_UNKNOWN = 0;

    private static final String VAST = """
            <VAST version="4.2" xmlns="http://www.iab.com/VAST"><Ad id="%s"><InLine><AdSystem>simulator</AdSystem>\
            <Impression><![CDATA[http://ads.%s.example/impression]]></Impression><Creatives><Creative><Linear>\
            <Duration>00:00:%02d</Duration><MediaFiles>\
            <MediaFile delivery="progressive" type="video/mp4" width="1280" height="720" bitrate="3000">\
            <![CDATA[http://media.%s.example/%s.mp4]]></MediaFile>\
            </MediaFiles></Linear></Creative></Creatives></InLine></Ad></VAST>
            """;

    private OpenRtb() {}

    /** @throws UncheckedIOException where the bytes are not JSON */
    static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException("not a JSON bid request", e);
        }
    }

    /** @throws IllegalArgumentException naming what the bid request lacks */
    static TruthContext context(JsonNode request, Instant time) {
        required(request.path("id"), "id");
        required(request.path("imp").path(0).path("id"), "imp[0].id");
        if (!request.path("imp").path(0).path("video").isObject()) {
            throw new IllegalArgumentException("the bid request lacks imp[0].video");
        }
        JsonNode content = request.path(request.has("app") ? "app" : "site").path("content");
        return new TruthContext(
                required(content.path("channel").path("id"), "app.content.channel.id"),
                request.path("ext").path(Context.PREVIOUS_CHANNEL_ID).textValue(),
                request.path("ext").path(Context.LAST_AD_ID).textValue(),
                required(request.path("device").path("geo").path("region"), "device.geo.region"),
                required(request.path("device").path("model"), "device.model"),
                time,
                request.path("device").path("ifa").textValue(),
                null);
    }

    /** @throws IllegalArgumentException for a floor in a currency that the aggregator does not pay in */
    static long bidFloorMicros(JsonNode request, String currency) {
        JsonNode imp = request.path("imp").path(0);
        BigDecimal floor = imp.path("bidfloor").decimalValue();
        String floorCurrency = imp.path("bidfloorcur").asText("USD");
        if (floor.signum() > 0 && !floorCurrency.equals(currency)) {
            throw new IllegalArgumentException("bidfloorcur " + floorCurrency + " is not " + currency);
        }
        return floor.movePointRight(6).longValue();
    }

    static byte[] bid(JsonNode request, String aggregatorId, Answer answer, String currency) {
        String creative = Ads.creativeId(answer.adId());
        ObjectNode response = response(request);
        response.put("cur", currency);
        ObjectNode bid = response.putArray("seatbid")
                .addObject()
                .put("seat", aggregatorId)
                .putArray("bid")
                .addObject();
        bid.put("id", "bid-" + request.path("id").textValue());
        bid.put("impid", request.path("imp").path(0).path("id").textValue());
        bid.put("price", BigDecimal.valueOf(answer.priceMicros(), 6));
        bid.put("adid", answer.adId());
        bid.put("crid", creative);
        bid.putArray("adomain").add(aggregatorId + ".example");
        int seconds = 15 + 15 * (creative.hashCode() & 1);
        bid.put("adm", VAST.formatted(answer.adId(), aggregatorId, seconds, aggregatorId, creative));
        bid.put("dur", seconds);
        return bytes(response);
    }

    static byte[] noBid(JsonNode request) {
        return bytes(response(request).put("nbr", NO_BID_UNKNOWN));
    }

    private static ObjectNode response(JsonNode request) {
        return MAPPER.createObjectNode().put("id", request.path("id").textValue());
    }

    private static String required(JsonNode node, String path) {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            throw new IllegalArgumentException("the bid request lacks " + path);
        }
        return node.textValue();
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
