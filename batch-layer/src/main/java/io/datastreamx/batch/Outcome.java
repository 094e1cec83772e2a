package io.datastreamx.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;

/**
 * What a finished step leaves behind, as its file below {@code runs/<run_id>/} keeps it.
 *
 * @param skipped why there was nothing to do; null where the step did its work
 * @param result what the step found; null where it was skipped
 */
record Outcome(String skipped, JsonNode result) {
    static Outcome done(Record result) {
        return new Outcome(null, ContractJson.MAPPER.valueToTree(result));
    }

    static Outcome skipped(String reason) {
        return new Outcome(reason, null);
    }

    boolean isSkipped() {
        return skipped != null;
    }
}
