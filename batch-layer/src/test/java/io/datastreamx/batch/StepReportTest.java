package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.batch.StepReport.Status;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.night.StepName;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StepReportTest {
    /** The DAGs read it. */
    @Test
    void jsonHasTheStatusInLowerCase() {
        assertEquals(
                "{\"step\":\"rollback\",\"status\":\"failed\",\"ms\":7,\"message\":\"why\",\"result\":null}",
                json(StepReport.failed(StepName.ROLLBACK, 7, "why")));
        assertEquals(
                "{\"step\":\"publish\",\"status\":\"done\",\"ms\":7,\"result\":{\"version\":\"v1\"}}",
                json(StepReport.of(StepName.PUBLISH, Status.DONE, 7, Outcome.done(new Publish.Result("v1")))));
    }

    private static String json(StepReport report) {
        return new String(ContractJson.bytes(report), StandardCharsets.UTF_8);
    }
}
