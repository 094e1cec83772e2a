package io.datastreamx.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.night.RunId;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The state of one night: a file for each finished step below {@code runs/<run_id>/}. A step that has its file is never
 * done again.
 */
final class Run {
    private final Lake lake;
    private final String id;

    Run(Lake lake, RunId id) {
        this.lake = lake;
        this.id = id.value();
    }

    String id() {
        return id;
    }

    Optional<Outcome> outcome(StepName step) {
        if (!lake.files().exists(uri(step))) {
            return Optional.empty();
        }
        try {
            return Optional.of(ContractJson.MAPPER.readValue(lake.files().read(uri(step)), Outcome.class));
        } catch (IOException e) {
            throw new UncheckedIOException(uri(step) + " is damaged; start a night under another run id", e);
        }
    }

    void finish(StepName step, Outcome outcome) {
        lake.files().write(uri(step), ContractJson.bytes(outcome));
    }

    /** What an earlier step of this night found. @throws IllegalStateException where that step is not finished */
    <T extends Record> T require(StepName step, Class<T> type) {
        Outcome outcome = outcome(step)
                .orElseThrow(() -> new IllegalStateException("step " + step.code() + " of run " + id
                        + " is not finished; run it first: --step " + step.code() + " --run " + id));
        try {
            return ContractJson.MAPPER.treeToValue(outcome.result(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(uri(step) + " is damaged; start a night under another run id", e);
        }
    }

    private String uri(StepName step) {
        return lake.runUri(id, step.code());
    }
}
