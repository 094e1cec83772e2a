package io.datastreamx.cli.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.cli.stack.ServingClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class LostRecordsTest {
    private static String printed(long lost, String ranges) {
        StringWriter out = new StringWriter();
        LostRecords.print(new PrintWriter(out), lost, ServingClient.parse(ranges));
        return out.toString();
    }

    @Test
    void saysWhatIsMissingFromWhenToWhen() {
        String said = printed(17, """
                [{"partition": "ad-events-1", "start": 30, "end": 40, "records": 10, "after": "2026-11-22T10:00:00Z", "before": "2026-11-22T12:00:00Z"},
                 {"partition": "ad-requests-0", "start": 7, "end": 8, "records": 1, "after": null, "before": null}]""");
        assertThat(said)
                .contains("LOST     17 records were deleted from Kafka before they were counted")
                .contains(
                        "ad-events-1 offsets 30 to 39, appended after 2026-11-22T10:00:00Z and before 2026-11-22T12:00:00Z")
                .contains("ad-requests-0 offsets 7 to 7\n")
                .contains("and 6 earlier");
    }

    @Test
    void isSilentWhereNothingIsMissing() {
        assertThat(printed(0, "[]")).isEmpty();
    }
}
