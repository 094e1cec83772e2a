package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.ServingClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What each model's decisions have been worth so far, as a file that the live page shows. Only a simulation knows it:
 * it is the truth by which a demo can tell that the policy learns.
 */
final class WorthFile {
    private final Path file;
    private final PolicyValue value;

    WorthFile(Path file, PolicyValue value) {
        this.file = file;
        this.value = value;
    }

    /** @throws IOException where it cannot be written; what was there before is still whole */
    void write() throws IOException {
        ObjectNode json = ServingClient.JSON.createObjectNode();
        ArrayNode models = json.putArray("models");
        value.byModel().forEach((model, revenue) -> models.addObject()
                .put("model", model)
                .put("requests", revenue.requests())
                .put("policy_micros", Math.round(revenue.policy()))
                .put("uniform_micros", Math.round(revenue.uniform()))
                .put("oracle_micros", Math.round(revenue.oracle())));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, ServingClient.JSON.writeValueAsBytes(json));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
