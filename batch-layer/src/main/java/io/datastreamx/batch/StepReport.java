package io.datastreamx.batch;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.datastreamx.contract.night.StepName;
import java.util.Locale;

/**
 * How a step ended.
 *
 * @param step its name on the command line
 * @param ms how long it took
 * @param message why it was skipped or failed; null otherwise
 * @param result what it found; null where it found nothing
 */
record StepReport(String step, Status status, long ms, String message, JsonNode result) {
    enum Status {
        /** Now. */
        DONE,
        /** Before, under the same run id. */
        ALREADY,
        /** There was nothing to do. */
        SKIPPED,
        FAILED;

        /** As reports have it. */
        @JsonValue
        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static StepReport of(StepName step, Status status, long ms, Outcome outcome) {
        return new StepReport(step.code(), status, ms, outcome.skipped(), outcome.result());
    }

    static StepReport failed(StepName step, long ms, String message) {
        return new StepReport(step.code(), Status.FAILED, ms, message, NullNode.getInstance());
    }

    boolean failed() {
        return status == Status.FAILED;
    }
}
