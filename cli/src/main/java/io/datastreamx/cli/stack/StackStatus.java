package io.datastreamx.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.kafka.policy.PolicyReport;
import java.util.TreeMap;

/** The answer of {@code dsx status --json}. */
public final class StackStatus {
    private StackStatus() {}

    public static ObjectNode of(Home home, StackState state) {
        JsonNode serving = new ServingClient(state.http()).status();
        ObjectNode status = ServingClient.JSON.createObjectNode();
        status.put("kafka", state.bootstrapServers()).put("http", state.http()).put("ready", state.ready());
        ObjectNode ingest = status.putObject("ingest");
        ingest.set("batch", serving.path("ingest_batch"));
        ingest.set("lag_records", serving.path("lag_records"));
        ObjectNode answered = status.putObject("serving");
        answered.set("cut", serving.path("cut"));
        answered.set("version", serving.path("version"));
        answered.set("freshness_ms", serving.path("freshness_ms"));
        ObjectNode processes = status.putObject("processes");
        new TreeMap<>(state.processes()).forEach((name, worker) -> {
            ObjectNode process = processes
                    .putObject(name)
                    .put("pid", worker.pid())
                    .put("alive", worker.alive().isPresent())
                    .put("ready", worker.ready())
                    .put("restarts", worker.restarts());
            PolicyReport.read(home.dir(), worker.pid())
                    .ifPresent(report -> process.set("policy", ContractJson.MAPPER.valueToTree(report)));
        });
        status.putObject("supervisor").put("pid", state.supervisor().pid());
        return status;
    }
}
