package io.datastreamx.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.stack.ServingClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What each model's decisions have been worth so far, as a file that the live page shows. Only a simulation knows it:
 * it is the truth by which a demo can tell that the policy learns. It goes with the demo.
 */
final class WorthFile implements AutoCloseable {
    private final Path file;
    private final PolicyValue value;

    WorthFile(Path file, PolicyValue value) {
        this.file = file;
        this.value = value;
    }

    /** Where it cannot be written, as on a full disk, the page keeps what it has: no demo ends for that. */
    void write() {
        ObjectNode json = ServingClient.JSON.createObjectNode();
        ArrayNode models = json.putArray("models");
        value.byModel().forEach((model, revenue) -> models.addObject()
                .put("model", model)
                .put("requests", revenue.requests())
                .put("policy_micros", Math.round(revenue.policy()))
                .put("uniform_micros", Math.round(revenue.uniform()))
                .put("oracle_micros", Math.round(revenue.oracle())));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Files.write(next, ServingClient.JSON.writeValueAsBytes(json));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // The next second tries again.
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
