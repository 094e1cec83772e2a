package io.datastreamx.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.stack.ServingClient;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final JsonNode ROWS = ServingClient.parse("""
            [{"aggregator_id":"acme","requests":1200,"fill_rate":0.51234,"note":null},
             {"aggregator_id":"b, \\"c\\"","requests":7,"fill_rate":1.0,"note":null}]
            """);

    @Test
    void numbersStandToTheRightAndTextToTheLeft() {
        assertEquals("""
                aggregator_id  requests  fill_rate  note
                -------------  --------  ---------  ----
                acme               1200     0.5123
                b, "c"                7          1
                """, TextTable.of(ROWS).render());
    }

    @Test
    void aTerminalShowsWhatOthersWroteAndDoesNotObey() {
        JsonNode rows = ServingClient.parse("""
                [{"channel":"\\u001b[2Jall is well","n":1},{"channel":"one\\nnews 1000000","n":2},{"channel":"\\u202egnihton","n":3},
                 {"channel":"\\u009b2J","n":4},{"channel":"日本","n":5},{"channel":"Zu\\u0308rich","n":6}]
                """);
        assertEquals("""
                channel                n
                ---------------------  -
                \\u001b[2Jall is well   1
                one\\u000anews 1000000  2
                \\u202egnihton          3
                \\u009b2J               4
                日本                   5
                Zürich                 6
                """, TextTable.of(rows).render());
    }

    @Test
    void csvIsNoFormula() {
        JsonNode rows = ServingClient.parse("""
                [{"ad":"=1+2","n":-1},{"ad":"@SUM(1,2)","n":2},{"ad":"-x","n":3},{"ad":"a=b","n":4}]
                """);
        assertEquals(
                "ad,n\r\n'=1+2,-1\r\n\"'@SUM(1,2)\",2\r\n'-x,3\r\na=b,4\r\n",
                TextTable.of(rows).csv());
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        assertEquals(
                "aggregator_id,requests,fill_rate,note\r\nacme,1200,0.51234,\r\n\"b, \"\"c\"\"\",7,1.0,\r\n",
                TextTable.of(ROWS).csv());
    }
}
