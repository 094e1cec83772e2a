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
        return BidResponses.read(status, body.getBytes(StandardCharsets.UTF_8), REQUEST, "USD");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    204 |                                                                                        | NO_FILL |
                    200 | {"id":"r1","nbr":8}                                                                    | NO_FILL | 8
                    200 | {"seatbid":[]}                                                                         | NO_FILL |
                    200 | {"nbr":"none"}                                                                         | NO_FILL |
                    200 | {"nbr":99999999999}                                                                    | NO_FILL |
                    200 | {"seatbid":[{"bid":[{"price":2.499999,"adid":"a","crid":"c","nurl":"http://m"}]}]}     | NO_FILL | 100
                    200 | {"seatbid":[{"bid":[{"price":2.5,"adid":"a","crid":"c","nurl":"http://m"}]}]}          | FILL    |
                    200 | {"seatbid":[{"bid":[{"price":2.5,"adid":"a","adm":"https://m/a.mp4"}]}]}               | FILL    |
                    200 | {"cur":"EUR","seatbid":[{"bid":[{"price":3,"adid":"a","crid":"c","nurl":"http://m"}]}]}| ERROR   |
                    200 | {"id":"r2","seatbid":[{"bid":[{"price":3,"adid":"a","crid":"c","nurl":"http://m"}]}]}  | ERROR   |
                    200 | {"seatbid":[{"bid":[{"price":"3","adid":"a","crid":"c","nurl":"http://m"}]}]}          | ERROR   |
                    200 | {"seatbid":[{"bid":[{"price":-3,"adid":"a","crid":"c","nurl":"http://m"}]}]}           | ERROR   |
                    200 | {"seatbid":[{"bid":[{"price":1e999,"adid":"a","crid":"c","nurl":"http://m"}]}]}        | ERROR   |
                    200 | {"seatbid":[{"bid":[{"price":3,"crid":"","nurl":"http://m"}]}]}                        | ERROR   |
                    200 | {"seatbid":[{"bid":[{"price":3,"adid":"a"}]}]}                                         | ERROR   |
                    200 | {"seatbid":                                                                            | ERROR   |
                    200 | []                                                                                     | ERROR   |
                    200 |                                                                                        | ERROR   |
                    302 |                                                                                        | ERROR   |
                    500 | {"nbr":1}                                                                              | ERROR   |
                    """)
    void everyAnswerHasAnOutcome(int status, String body, Outcome outcome, Integer nbr) {
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
