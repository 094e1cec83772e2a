package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** Says, in red on a terminal, which records Kafka deleted before they were counted. */
final class LostRecords {
    private LostRecords() {}

    /** Prints nothing where nothing was lost. @param ranges as serving's API gives them, the latest */
    static void print(PrintWriter out, long lost, JsonNode ranges) {
        if (lost == 0) {
            return;
        }
        red(
                out,
                "LOST     " + lost
                        + " records were deleted from Kafka before they were counted; every report lacks them");
        long told = 0;
        for (JsonNode range : ranges) {
            told += range.path("records").asLong();
            red(
                    out,
                    "         " + range.path("partition").asText() + " offsets " + range.path("start") + " to "
                            + (range.path("end").asLong() - 1) + when(range));
        }
        if (told < lost) {
            red(out, "         and " + (lost - told) + " earlier");
        }
    }

    private static String when(JsonNode range) {
        String after =
                range.hasNonNull("after") ? " after " + range.path("after").asText() : "";
        String before =
                range.hasNonNull("before") ? " before " + range.path("before").asText() : "";
        return after.isEmpty() && before.isEmpty()
                ? ""
                : ", appended" + after + (after.isEmpty() || before.isEmpty() ? "" : " and") + before;
    }

    private static void red(PrintWriter out, String line) {
        out.println(Ansi.AUTO.enabled() ? Ansi.ON.string("@|bold,red " + line + "|@") : line);
    }
}
