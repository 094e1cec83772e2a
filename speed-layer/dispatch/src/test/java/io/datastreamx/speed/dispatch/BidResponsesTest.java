package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BidResponsesTest {

    static final AdRequest REQUEST = new AdRequest(
            "r1",
            "box",
            Instant.EPOCH,
            new Context("c", null, null, "north", "stb"),
            500,
            2_500_000,
            "USD",
            null,
            null,
            null);

    private static Answer read(int status, String body) {
        return new BidResponses("USD", VastTest.LIMITS)
                .read(status, body.getBytes(StandardCharsets.UTF_8), REQUEST, 20_000_000);
    }

    private static String bids(String... bids) {
        return "{\"id\":\"r1\",\"seatbid\":[{\"bid\":[" + String.join(",", bids) + "]}]}";
    }

    private static void assertAnswer(ResponseReason reason, Integer nbr, int status, String body) {
        Answer answer = read(status, body);
        assertEquals(reason, answer.reason(), () -> body + ": " + answer);
        assertEquals(nbr, answer.nbr(), body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    204 |                            | NO_BID                          |
                    200 |                            | NO_BID                          |
                    200 | {"id":"r1","nbr":8}        | NO_BID                          | 8
                    200 | {"seatbid":[]}             | NO_BID                          |
                    200 | {"seatbid":null}           | NO_BID                          |
                    200 | {"seatbid":[{},null]}      | NO_BID                          |
                    200 | {"nbr":"none"}             | NO_BID                          |
                    200 | {"nbr":99999999999}        | NO_BID                          |
                    200 | {}                         | NO_BID                          |
                    200 | null                       | NO_BID                          |
                    200 | []                         | NO_BID                          |
                    200 | {"id":"r2"}                | RESPONSE_REJECTED_OTHER_REQUEST |
                    200 | {"seatbid":                | ERROR_INVALID_BID_RESPONSE      |
                    200 | {"seatbid":"none"}         | ERROR_INVALID_BID_RESPONSE      |
                    200 | [{"id":"r1"}]              | ERROR_INVALID_BID_RESPONSE      |
                    200 | "none"                     | ERROR_INVALID_BID_RESPONSE      |
                    200 | {"id":"r1"} -- and more    | ERROR_INVALID_BID_RESPONSE      |
                    200 | {"id":"r1"}{"id":"r1"}     | ERROR_INVALID_BID_RESPONSE      |
                    200 | <html>busy</html>          | ERROR_INVALID_BID_RESPONSE      |
                    302 |                            | ERROR_HTTP_STATUS               |
                    500 | {"nbr":1}                  | ERROR_HTTP_STATUS               |
                    """)
    void everyAnswerWithoutABidHasAReason(int status, String body, ResponseReason reason, Integer nbr) {
        assertAnswer(reason, nbr, status, body == null ? "" : body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {"price":2.499999,"adid":"a","adm":"http://m"}            | RESPONSE_REJECTED_BELOW_FLOOR | 100
                    {"price":2.5,"adid":"a","adm":"http://m"}                 | FILLED |
                    {"price":2.5,"adid":"a","adm":"https://m/a.mp4"}          | FILLED |
                    {"price":3,"crid":"c","adm":"http://m"}                   | FILLED |
                    {"price":3,"adid":815,"adm":"http://m"}                   | FILLED |
                    {"price":3,"adid":"a","adm":"HTTPS://m/a.mp4"}            | FILLED |
                    {"price":3,"adid":"a","adm":"  http://m/a.mp4\\n"}         | FILLED |
                    {"price":3,"adid":"a","adm":"http://[::1]:80/a?b=^{}[]#c"} | FILLED |
                    {"price":3,"adid":"a","impid":1,"adm":"http://m"}         | FILLED |
                    {"price":3,"adid":"a","impid":"7","adm":"http://m"}       | RESPONSE_REJECTED_UNKNOWN_IMPRESSION |
                    {"adid":"a","adm":"http://m"}                             | RESPONSE_REJECTED_INVALID_PRICE |
                    {"price":"3","adid":"a","adm":"http://m"}                 | RESPONSE_REJECTED_INVALID_PRICE |
                    {"price":-3,"adid":"a","adm":"http://m"}                  | RESPONSE_REJECTED_INVALID_PRICE |
                    {"price":1e-400,"adid":"a","adm":"http://m"}              | RESPONSE_REJECTED_BELOW_FLOOR | 100
                    {"price":1e999,"adid":"a","adm":"http://m"}               | RESPONSE_REJECTED_PRICE_TOO_HIGH |
                    {"price":20.01,"adid":"a","adm":"http://m"}               | RESPONSE_REJECTED_PRICE_TOO_HIGH |
                    {"price":3,"crid":"","adm":"http://m"}                    | RESPONSE_REJECTED_NO_AD_ID |
                    {"price":3,"crid":"a\\u0007","adm":"http://m"}             | RESPONSE_REJECTED_NO_AD_ID |
                    {"price":3,"crid":"a\\ud800","adm":"http://m"}             | RESPONSE_REJECTED_NO_AD_ID |
                    {"price":3,"adid":"a","adm":"http://m/\\ud800"}            | RESPONSE_REJECTED_INVALID_CREATIVE |
                    {"price":3,"adid":"a"}                                    | RESPONSE_REJECTED_NO_MARKUP |
                    {"price":3,"adid":"a","nurl":"http://won"}                | RESPONSE_REJECTED_NO_MARKUP |
                    {"price":3,"adid":"a","adm":"<VAST version='4.2'/>"}      | RESPONSE_REJECTED_VAST_WITHOUT_AD |
                    {"price":3,"adid":"a","adm":"<VAST"}                      | RESPONSE_REJECTED_INVALID_VAST |
                    {"price":3,"adid":"a","adm":"//m/a.mp4"}                  | RESPONSE_REJECTED_INVALID_CREATIVE |
                    {"price":3,"adid":"a","adm":"httpfoo bar"}                | RESPONSE_REJECTED_INVALID_CREATIVE |
                    {"price":3,"adid":"a","adm":"http:///a.mp4"}              | RESPONSE_REJECTED_INVALID_CREATIVE |
                    {"price":3,"adid":"a","adm":"http://me@m/a.mp4"}          | RESPONSE_REJECTED_INVALID_CREATIVE |
                    {"price":3,"adid":"a","adm":"ftp://m/a.mp4"}              | RESPONSE_REJECTED_INVALID_CREATIVE |
                    """)
    void everyBidHasAReason(String bid, ResponseReason reason, Integer nbr) {
        assertAnswer(reason, nbr, 200, bids(bid));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    "USD"   | FILLED
                    "usd"   | FILLED
                    ""      | FILLED
                    null    | FILLED
                    "EUR"   | RESPONSE_REJECTED_CURRENCY
                    ["USD"] | RESPONSE_REJECTED_CURRENCY
                    """)
    void whatIsNotSaidIsInDollars(String currency, ResponseReason reason) {
        String body = bids("{\"price\":3,\"adid\":\"a\",\"adm\":\"http://m\"}");
        assertAnswer(reason, null, 200, body.replaceFirst("\\{", "{\"cur\":" + currency + ","));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "\"text\"",
                "{\"price\":9}",
                "{\"price\":\"9\",\"adid\":\"x\",\"adm\":\"http://x\"}",
                "{\"price\":9,\"adm\":\"http://x\"}",
                "{\"price\":9,\"adid\":\"x\"}",
                "{\"price\":9,\"adid\":\"x\",\"adm\":\"nonsense\"}",
                "{\"price\":9,\"impid\":\"2\",\"adid\":\"x\",\"adm\":\"http://x\"}",
                "{\"price\":1e12,\"adid\":\"x\",\"adm\":\"http://x\"}"
            })
    void anInvalidBidDoesNotHideAGoodOne(String invalid) {
        String good = "{\"price\":3,\"adid\":\"a\",\"crid\":\"c\",\"adm\":\"http://m\"}";
        Answer.Ad ad = new Answer.Ad("a", "c", Creative.of("http://m", List.of()), 3_000_000);
        assertEquals(ad, read(200, bids(invalid, good)).ad());
        assertEquals(ad, read(200, bids(good, invalid)).ad());
    }

    @Test
    void whereNoBidWillDoTheBestSaysWhy() {
        assertAnswer(
                ResponseReason.RESPONSE_REJECTED_BELOW_FLOOR,
                Answer.BELOW_FLOOR,
                200,
                bids("{\"price\":\"9\"}", "{\"price\":-1}", "{\"price\":1}"));
    }

    @Test
    void theBestBidOfAllSeatsWins() {
        Answer answer = read(200, """
                {"id": "r1", "seatbid": [
                  {"bid": [{"price": 3, "adid": "a", "crid": "ca", "ext": {"media_url": "https://m/a"}}]}, null, {"seat": "s2"},
                  {"bid": [{"price": 4.0000005, "adid": "b", "crid": 17, "adm": "https://m/b", "nurl": "https://n/b"}]}]}
                """);
        assertEquals(new Answer.Ad("b", "17", Creative.of("https://m/b", List.of()), 4_000_001), answer.ad());
        assertNull(answer.detail());
    }

    @Test
    void signedUrlsAreLongAndByteOrderMarksAreSkipped() {
        String url = "http://m/a.mp4?sig=" + "x".repeat(3_000);
        assertEquals(
                url,
                read(200, "\ufeff" + bids("{\"price\":3,\"adid\":\"a\",\"adm\":\"" + url + "\"}"))
                        .ad()
                        .creative()
                        .mediaUrl());
    }

    @Test
    void bidsAreToldHowTheyFared() {
        Answer answer = read(200, """
                {"id": "r1", "bidid": "b/1", "cur": "USD", "seatbid": [{"seat": "s1", "bid": [
                  {"price": 4, "adid": "x", "adm": "nonsense", "lurl": "http://n/lost?l=${AUCTION_LOSS}&p=${AUCTION_PRICE}"},
                  {"price": 3.1, "adid": "a", "adm": "http://m/a.mp4?p=${AUCTION_PRICE}", "burl": "http://n/bill?i=${AUCTION_ID}",
                   "nurl": " http://n/won?p=${AUCTION_PRICE}&c=${AUCTION_CURRENCY}&b=${AUCTION_BID_ID}&s=${AUCTION_SEAT_ID}",
                   "lurl": "http://n/late?l=${AUCTION_LOSS}&p=${AUCTION_PRICE}"},
                  {"price": 3, "adid": "b", "adm": "http://m/b.mp4", "nurl": "http://n/never", "lurl": "http://n/lost?l=${AUCTION_LOSS}"},
                  {"price": 3, "adid": "b", "adm": "http://m/b.mp4"}]}]}
                """);
        assertEquals(
                Creative.of("http://m/a.mp4?p=3.1", List.of(new Creative.Tracker("impression", "http://n/bill?i=r1"))),
                answer.ad().creative());
        assertEquals(
                new Notices(
                        "http://n/won?p=3.1&c=USD&b=b%2F1&s=s1",
                        "http://n/late?l=2&p=", List.of("http://n/lost?l=204&p=", "http://n/lost?l=102")),
                answer.notices());
        assertEquals(
                List.of("http://n/lost?l=204&p=", "http://n/lost?l=102", "http://n/late?l=2&p="),
                answer.notices().lost().losses());
    }

    @Test
    void bidsOfAnAnswerThatIsRefusedAreToldWhy() {
        String bid = "{\"price\":3,\"adid\":\"a\",\"adm\":\"http://m\",\"lurl\":\"http://n/${AUCTION_LOSS}\"}";
        assertEquals(
                List.of("http://n/5"),
                read(200, bids(bid).replace("r1", "r2")).notices().losses());
        assertEquals(
                List.of("http://n/3"),
                read(200, bids(bid).replace("{\"id\"", "{\"cur\":\"EUR\",\"id\""))
                        .notices()
                        .losses());
    }
}
