package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BidResponsesTest {

    private static final AdRequest REQUEST = new AdRequest(
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
        return BidResponses.read(status, body.getBytes(StandardCharsets.UTF_8), REQUEST, "USD", 20_000_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    204 |                                                                                        | NO_BID        |
                    200 | {"id":"r1","nbr":8}                                                                    | NO_BID        | 8
                    200 | {"seatbid":[]}                                                                         | NO_BID        |
                    200 | {"nbr":"none"}                                                                         | NO_BID        |
                    200 | {"nbr":99999999999}                                                                    | NO_BID        |
                    200 | {"seatbid":[{"bid":[{"price":2.499999,"adid":"a","crid":"c","nurl":"http://m"}]}]}     | BELOW_FLOOR   | 100
                    200 | {"seatbid":[{"bid":[{"price":2.5,"adid":"a","crid":"c","nurl":"http://m"}]}]}          | FILLED        |
                    200 | {"seatbid":[{"bid":[{"price":2.5,"adid":"a","adm":"https://m/a.mp4"}]}]}               | FILLED        |
                    200 | {"cur":"EUR","seatbid":[{"bid":[{"price":3,"adid":"a","crid":"c","nurl":"http://m"}]}]}| OTHER_CURRENCY|
                    200 | {"id":"r2","seatbid":[{"bid":[{"price":3,"adid":"a","crid":"c","nurl":"http://m"}]}]}  | OTHER_REQUEST |
                    200 | {"seatbid":[{"bid":[{"price":"3","adid":"a","crid":"c","nurl":"http://m"}]}]}          | NO_PRICE      |
                    200 | {"seatbid":[{"bid":[{"price":-3,"adid":"a","crid":"c","nurl":"http://m"}]}]}           | NO_PRICE      |
                    200 | {"seatbid":[{"bid":[{"price":1e999,"adid":"a","crid":"c","nurl":"http://m"}]}]}        | NO_PRICE      |
                    200 | {"seatbid":[{"bid":[{"price":20.01,"adid":"a","crid":"c","nurl":"http://m"}]}]}        | NO_PRICE      |
                    200 | {"seatbid":[{"bid":[{"price":3,"crid":"","nurl":"http://m"}]}]}                        | NO_AD_ID      |
                    200 | {"seatbid":[{"bid":[{"price":3,"adid":"a"}]}]}                                         | NO_MEDIA_URL  |
                    200 | {"seatbid":                                                                            | NOT_JSON      |
                    200 | []                                                                                     | NOT_JSON      |
                    200 |                                                                                        | NOT_JSON      |
                    302 |                                                                                        | HTTP_STATUS   |
                    500 | {"nbr":1}                                                                              | HTTP_STATUS   |
                    """)
    void everyAnswerHasAnOutcome(int status, String body, AttemptOutcome outcome, Integer nbr) {
        Answer answer = read(status, body == null ? "" : body);
        assertEquals(outcome, answer.outcome(), () -> answer.toString());
        assertEquals(nbr, answer.nbr());
    }

    @Test
    void theBestBidOfAllSeatsWins() {
        Answer answer = read(200, """
                {"id": "r1", "seatbid": [
                  {"bid": [{"price": 3, "adid": "a", "crid": "ca", "ext": {"media_url": "https://m/a"}}]},
                  {"bid": [{"price": 4.0000005, "adid": "b", "crid": "cb", "adm": "<VAST/>", "nurl": "https://n/b"}]}]}
                """);
        assertEquals(new Answer.Ad("b", "cb", "https://n/b", 4_000_001), answer.ad());
        assertNull(answer.detail());
    }
}
