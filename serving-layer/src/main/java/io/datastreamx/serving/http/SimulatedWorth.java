package io.datastreamx.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the decisions of each model are worth beside a fair draw and the best possible, which only a simulator can say;
 * a demo writes it into its home. Without a simulation there is nothing to say, and the answer is an empty list.
 */
final class SimulatedWorth {
    private final Path file;

    /** @param home folder of the stack */
    SimulatedWorth(String home) {
        this.file = Path.of(home, "run", "simulated-worth.json");
    }

    JsonNode json() {
        try {
            return ContractJson.MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return nothing();
        } catch (IOException e) {
            throw new IllegalStateException("what the simulator says of the policy cannot be read: " + e.getMessage());
        }
    }

    static JsonNode nothing() {
        return ContractJson.MAPPER.createObjectNode().set("models", ContractJson.MAPPER.createArrayNode());
    }
}
