package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.FieldType;
import io.datastreamx.contract.event.ResponseReason;
import java.io.IOException;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reads OpenRTB 2.6 bid responses. What an aggregator sends is not trusted: anything odd is an error, never an
 * exception.
 */
final class BidResponses {

    /** What the specification says of a response that names no currency. */
    private static final String DEFAULT_CURRENCY = "USD";

    private static final int MAX_NBR = 10_000;
    /** Control characters, and halves of surrogate pairs. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");

    private static final ObjectReader READER =
            new JsonMapper().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String currency;
    private final MediaFile.Limits media;

    /**
     * @param currency the one that is counted
     * @param media what boxes play
     */
    BidResponses(String currency, MediaFile.Limits media) {
        this.currency = currency;
        this.media = media;
    }

    /**
     * @param status of the HTTP response
     * @param request with the floor that a bid must reach
     * @param maxPriceMicros highest price that the aggregator's contract allows
     */
    Answer read(int status, byte[] body, AdRequest request, long maxPriceMicros) {
        if (status == 204) {
            return Answer.noBid(null);
        }
        if (status != 200) {
            return Answer.without(ResponseReason.ERROR_HTTP_STATUS, "status " + status);
        }
        JsonNode response;
        try {
            response = READER.readTree(body);
        } catch (IOException e) {
            return Answer.without(ResponseReason.ERROR_INVALID_BID_RESPONSE, "not one JSON value");
        }
        if (saysNothing(response)) {
            return Answer.noBid(null);
        }
        JsonNode seats = response.path("seatbid");
        if (!response.isObject() || !(seats.isArray() || isAbsent(seats))) {
            return Answer.without(ResponseReason.ERROR_INVALID_BID_RESPONSE, "no bid response");
        }
        List<Offer> offers = bestFirst(response, request);
        if (!response.path("id").asText(request.requestId()).equals(request.requestId())) {
            return refused(Answer.without(ResponseReason.RESPONSE_REJECTED_OTHER_REQUEST, null), offers);
        }
        if (offers.isEmpty()) {
            return noBid(response);
        }
        if (!isIn(currency, response.path("cur"))) {
            return refused(Answer.without(ResponseReason.RESPONSE_REJECTED_CURRENCY, "expected " + currency), offers);
        }
        return best(offers, request, maxPriceMicros);
    }

    /** An empty body, {@code null} and {@code []}: no bid, by those who do not send 204. */
    private static boolean saysNothing(JsonNode response) {
        return isAbsent(response) || response.isArray() && response.isEmpty();
    }

    private static boolean isAbsent(JsonNode node) {
        return node == null || node.isMissingNode() || node.isNull();
    }

    private static Answer noBid(JsonNode response) {
        JsonNode nbr = response.path("nbr");
        boolean usable =
                nbr.isIntegralNumber() && nbr.canConvertToInt() && nbr.intValue() >= 0 && nbr.intValue() <= MAX_NBR;
        return Answer.noBid(usable ? nbr.intValue() : null);
    }

    private static List<Offer> bestFirst(JsonNode response, AdRequest request) {
        List<Offer> offers = new ArrayList<>();
        for (JsonNode seat : response.path("seatbid")) {
            for (JsonNode bid : seat.path("bid")) {
                if (bid.isObject()) {
                    offers.add(new Offer(bid, seat, response, request));
                }
            }
        }
        offers.sort(
                Comparator.comparingDouble((Offer offer) -> price(offer.bid)).reversed());
        return offers;
    }

    /** A bid, with what its macros need. */
    private record Offer(JsonNode bid, JsonNode seat, JsonNode response, AdRequest request) {

        /** Prices are told to those who win. */
        Macros macros(int loss) {
            Map<String, String> values = new HashMap<>();
            values.put("ID", request.requestId());
            values.put("BID_ID", response.path("bidid").asText(""));
            values.put("IMP_ID", BidRequestJson.IMPRESSION);
            values.put("SEAT_ID", seat.path("seat").asText(""));
            values.put("AD_ID", bid.path("adid").asText(""));
            String cur = response.path("cur").asText("");
            values.put("CURRENCY", cur.isEmpty() ? DEFAULT_CURRENCY : cur);
            values.put("LOSS", Integer.toString(loss));
            return new Macros(values);
        }

        Macros won(long priceMicros) {
            return macros(LossReason.WON)
                    .with("PRICE", Macros.price(priceMicros))
                    .with("MULTIPLIER", "1");
        }

        /** Null for none. */
        String lossNotice(int loss) {
            return notice("lurl", macros(loss));
        }

        /** Null for none. */
        String notice(String field, Macros macros) {
            String url = bid.path(field).asText("");
            return url.isBlank() || url.length() > FieldType.MAX_URL ? null : macros.substitute(url.strip());
        }
    }

    private static Answer refused(Answer answer, List<Offer> offers) {
        int loss = LossReason.of(answer.reason());
        return answer.with(new Notices(
                null,
                null,
                offers.stream()
                        .map(offer -> offer.lossNotice(loss))
                        .filter(Objects::nonNull)
                        .toList()));
    }

    /** Below all others where there is none. */
    private static double price(JsonNode bid) {
        JsonNode price = bid.path("price");
        return price.isNumber() ? price.doubleValue() : Double.NEGATIVE_INFINITY;
    }

    private static boolean isIn(String currency, JsonNode named) {
        return isAbsent(named) || named.isTextual() && named.textValue().isEmpty()
                ? currency.equals(DEFAULT_CURRENCY)
                : named.isTextual() && named.textValue().equalsIgnoreCase(currency);
    }

    /** The best bid that can be used; where none can, what is wrong with the best. */
    private Answer best(List<Offer> offers, AdRequest request, long maxPriceMicros) {
        Answer first = null;
        Answer winner = null;
        List<String> losses = new ArrayList<>();
        for (Offer offer : offers) {
            int loss = LossReason.LOST_TO_HIGHER_BID;
            if (winner == null) {
                Answer answer = bid(offer, request, maxPriceMicros);
                first = first == null ? answer : first;
                if (answer.ad() != null) {
                    winner = answer;
                    continue;
                }
                loss = LossReason.of(answer.reason());
            }
            String url = offer.lossNotice(loss);
            if (url != null) {
                losses.add(url);
            }
        }
        Answer best = winner == null ? first : winner;
        return best.with(new Notices(best.notices().win(), best.notices().lossAfterAll(), losses));
    }

    private Answer bid(Offer offer, AdRequest request, long maxPriceMicros) {
        JsonNode bid = offer.bid;
        if (!bid.path("impid").asText(BidRequestJson.IMPRESSION).equals(BidRequestJson.IMPRESSION)) {
            return Answer.without(ResponseReason.RESPONSE_REJECTED_UNKNOWN_IMPRESSION, null);
        }
        double price = price(bid);
        if (!(price >= 0)) {
            return Answer.without(ResponseReason.RESPONSE_REJECTED_INVALID_PRICE, null);
        }
        if (price > maxPriceMicros / 1e6) {
            return Answer.without(ResponseReason.RESPONSE_REJECTED_PRICE_TOO_HIGH, "price " + price);
        }
        long micros = bid.path("price")
                .decimalValue()
                .movePointRight(6)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
        if (micros < request.bidFloorMicros()) {
            return Answer.belowFloor();
        }
        String adId = firstId(bid.path("adid"), bid.path("crid"));
        if (adId == null) {
            return Answer.without(ResponseReason.RESPONSE_REJECTED_NO_AD_ID, null);
        }
        String markup = firstText(bid.path("ext").path("media_url"), bid.path("adm"));
        if (markup == null) {
            return Answer.without(ResponseReason.RESPONSE_REJECTED_NO_MARKUP, null);
        }
        String creativeId = firstId(bid.path("crid"), bid.path("adid"));
        try {
            Macros won = offer.won(micros);
            Creative creative = creative(markup, request).with(won);
            String billing = offer.notice("burl", won);
            if (billing != null && HttpUrl.of(billing).isPresent()) {
                creative = creative.billedAt(billing);
            }
            return Answer.filled(new Answer.Ad(adId, creativeId, creative, micros))
                    .with(new Notices(
                            offer.notice("nurl", won), offer.lossNotice(LossReason.OPPORTUNITY_EXPIRED), List.of()));
        } catch (MarkupException e) {
            return Answer.without(e.reason(), e.getMessage());
        }
    }

    /** What begins with an angle bracket is VAST; all else must be the video's URL. */
    private Creative creative(String markup, AdRequest request) throws MarkupException {
        if (markup.stripLeading().startsWith("<")) {
            return vast(markup, request);
        }
        return HttpUrl.of(markup)
                .map(url -> Creative.of(url, List.of()))
                .orElseThrow(() -> new MarkupException(ResponseReason.RESPONSE_REJECTED_INVALID_CREATIVE, null));
    }

    /** @throws MarkupException where it has no ad for the request */
    Creative vast(String document, AdRequest request) throws MarkupException {
        Long longest = request.maxDurationS();
        return Vast.read(document, media, longest == null ? Long.MAX_VALUE : longest * 1_000);
    }

    private static String firstId(JsonNode first, JsonNode second) {
        return isId(first) ? first.asText() : isId(second) ? second.asText() : null;
    }

    private static String firstText(JsonNode first, JsonNode second) {
        String text = first.isTextual() && !first.textValue().isBlank() ? first.textValue() : second.textValue();
        return text == null || text.isBlank() ? null : text;
    }

    /** Ids are numbers with some; what events cannot hold is none. */
    private static boolean isId(JsonNode node) {
        return (node.isIntegralNumber() || node.isTextual() && !node.textValue().isBlank())
                && node.asText().length() <= FieldType.MAX_TEXT
                && !UNPRINTABLE.matcher(node.asText()).find();
    }
}
