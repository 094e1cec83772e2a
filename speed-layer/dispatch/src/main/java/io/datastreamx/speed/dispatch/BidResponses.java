package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datastreamx.contract.decision.AdRequest;
import java.io.IOException;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * Reads OpenRTB 2.6 bid responses. What an aggregator sends is not trusted: anything odd is an error, never an
 * exception.
 */
final class BidResponses {

    /** What the specification says of a response that names no currency. */
    private static final String DEFAULT_CURRENCY = "USD";

    private static final int MAX_TEXT = 2_048;
    private static final int MAX_NBR = 10_000;
    private static final ObjectReader READER = new JsonMapper().readerFor(JsonNode.class);

    private BidResponses() {}

    /**
     * @param status of the HTTP response
     * @param request with the floor that a bid must reach
     * @param currency the one that is counted
     * @param maxPriceMicros highest price that the aggregator's contract allows; more is a mistake that must not count
     */
    static Answer read(int status, byte[] body, AdRequest request, String currency, long maxPriceMicros) {
        if (status == 204) {
            return Answer.noBid(null);
        }
        if (status != 200) {
            return Answer.without(AttemptOutcome.HTTP_STATUS, "status " + status);
        }
        JsonNode response;
        try {
            response = READER.readValue(body);
        } catch (IOException e) {
            return Answer.without(AttemptOutcome.NOT_JSON, null);
        }
        if (response == null || !response.isObject()) {
            return Answer.without(AttemptOutcome.NOT_JSON, "no object");
        }
        if (!response.path("id").asText(request.requestId()).equals(request.requestId())) {
            return Answer.without(AttemptOutcome.OTHER_REQUEST, null);
        }
        Optional<JsonNode> best = bestBid(response.path("seatbid"));
        return best.isPresent() ? bid(best.get(), response, request, currency, maxPriceMicros) : noBid(response);
    }

    private static Answer noBid(JsonNode response) {
        JsonNode nbr = response.path("nbr");
        boolean usable =
                nbr.isIntegralNumber() && nbr.canConvertToInt() && nbr.intValue() >= 0 && nbr.intValue() <= MAX_NBR;
        return Answer.noBid(usable ? nbr.intValue() : null);
    }

    private static Optional<JsonNode> bestBid(JsonNode seats) {
        JsonNode best = null;
        for (JsonNode seat : seats) {
            for (JsonNode bid : seat.path("bid")) {
                if (best == null
                        || bid.path("price").asDouble() > best.path("price").asDouble()) {
                    best = bid;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static Answer bid(
            JsonNode bid, JsonNode response, AdRequest request, String currency, long maxPriceMicros) {
        String money = response.path("cur").asText(DEFAULT_CURRENCY);
        if (!money.equals(currency)) {
            return Answer.without(AttemptOutcome.OTHER_CURRENCY, "expected " + currency);
        }
        JsonNode price = bid.path("price");
        if (!price.isNumber() || !(price.doubleValue() >= 0 && price.doubleValue() <= maxPriceMicros / 1e6)) {
            return Answer.without(AttemptOutcome.NO_PRICE, price.isNumber() ? "price " + price : null);
        }
        long micros = price.decimalValue()
                .movePointRight(6)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
        if (micros < request.bidFloorMicros()) {
            return Answer.belowFloor();
        }
        String adId = firstText(bid.path("adid"), bid.path("crid"));
        String mediaUrl = mediaUrl(bid);
        if (adId == null || mediaUrl == null) {
            return Answer.without(adId == null ? AttemptOutcome.NO_AD_ID : AttemptOutcome.NO_MEDIA_URL, null);
        }
        return Answer.filled(new Answer.Ad(adId, firstText(bid.path("crid"), bid.path("adid")), mediaUrl, micros));
    }

    /**
     * Our extension, else markup that is a plain URL, else the notice URL, which may serve the markup (OpenRTB 2.6,
     * section 4.3.1).
     */
    private static String mediaUrl(JsonNode bid) {
        JsonNode markup = bid.path("adm");
        boolean url = markup.asText().startsWith("http");
        return url
                ? firstText(bid.path("ext").path("media_url"), markup)
                : firstText(bid.path("ext").path("media_url"), bid.path("nurl"));
    }

    private static String firstText(JsonNode first, JsonNode second) {
        return isText(first) ? first.textValue() : isText(second) ? second.textValue() : null;
    }

    private static boolean isText(JsonNode node) {
        return node.isTextual()
                && !node.textValue().isEmpty()
                && node.textValue().length() <= MAX_TEXT;
    }
}
