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
    void csvQuotesWhatNeedsIt() {
        assertEquals(
                "aggregator_id,requests,fill_rate,note\r\nacme,1200,0.51234,\r\n\"b, \"\"c\"\"\",7,1.0,\r\n",
                TextTable.of(ROWS).csv());
    }
}
