package io.datastreamx.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.kafka.policy.PolicyReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The answer of {@code dsx status --json}. It is there whatever is broken: what cannot be asked is null, and why stands
 * in {@code problems}, which are empty where all is well.
 */
public final class StackStatus {
    /** With less the broker may end at any moment: it makes files for each segment in advance. */
    private static final long ROOM = 64L << 20;

    private StackStatus() {}

    /** @param client of this stack's serving layer */
    public static ObjectNode of(Home home, StackState state, ServingClient client, Instant now) {
        List<String> problems = new ArrayList<>();
        ObjectNode status = ServingClient.JSON.createObjectNode();
        status.put("kafka", state.bootstrapServers()).put("http", state.http());
        status.put("edge", state.edge()).put("ready", state.ready());
        JsonNode serving = serving(client, problems);
        ObjectNode ingest = status.putObject("ingest");
        ingest.set("batch", serving.path("ingest_batch"));
        ingest.set("lag_records", serving.path("lag_records"));
        ingest.set("lost_records", serving.path("lost_records"));
        if (serving.has("lost_ranges")) {
            ingest.set("lost_ranges", serving.path("lost_ranges"));
        }
        ObjectNode answered = status.putObject("serving");
        answered.set("cut", serving.path("cut"));
        answered.set("version", serving.path("version"));
        answered.set("freshness_ms", serving.path("freshness_ms"));
        answered.set("open", serving.path("open"));
        ObjectNode processes = status.putObject("processes");
        new TreeMap<>(state.processes()).forEach((name, worker) -> {
            processes.set(name, process(home, worker, now));
            if (worker.ends().isLoop(now)) {
                problems.add(name + " is failing, it has restarted " + worker.restarts() + " times: "
                        + worker.ends().lastError() + " (see " + home.log(name) + ")");
            }
        });
        status.putObject("supervisor").put("pid", state.supervisor().pid());
        room(home, problems);
        ArrayNode told = status.putArray("problems");
        problems.forEach(told::add);
        status.set("notices", ContractJson.MAPPER.valueToTree(state.notices()));
        return status;
    }

    private static ObjectNode process(Home home, StackState.Worker worker, Instant now) {
        boolean alive = worker.alive().isPresent();
        ObjectNode process = ServingClient.JSON
                .createObjectNode()
                .put("pid", worker.pid())
                .put("alive", alive)
                .put("ready", worker.ready())
                .put("failing", worker.ends().isLoop(now))
                .put("restarts", worker.restarts());
        if (worker.ends().lastError() != null) {
            process.put("last_error", worker.ends().lastError());
        }
        PolicyReport.read(home.dir(), worker.pid())
                .ifPresent(report -> process.set("policy", ContractJson.MAPPER.valueToTree(report)));
        return process;
    }

    private static JsonNode serving(ServingClient client, List<String> problems) {
        try {
            return client.status();
        } catch (CliException e) {
            problems.add(e.getMessage());
            return MissingNode.getInstance();
        }
    }

    private static void room(Home home, List<String> problems) {
        try {
            long room = Files.getFileStore(home.dir()).getUsableSpace();
            if (room < ROOM) {
                problems.add("the disk of " + home.dir() + " is full, " + (room >> 20)
                        + " MB are left: make room there; what has ended by it is started again by itself");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the disk of " + home.dir(), e);
        }
    }
}
