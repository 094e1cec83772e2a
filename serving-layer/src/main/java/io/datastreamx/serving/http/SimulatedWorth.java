package io.datastreamx.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the decisions of each model are worth beside a fair draw and the best possible, which only a simulator can say;
 * a demo writes it into its home.
 */
final class SimulatedWorth {
    private final Path file;

    /** @param home folder of the stack */
    SimulatedWorth(String home) {
        this.file = Path.of(home, "run", "simulated-worth.json");
    }

    /** By model, in the order in which they came into force; empty without a simulation. */
    Optional<JsonNode> models() {
        try {
            return Optional.of(
                    ContractJson.MAPPER.readTree(Files.readAllBytes(file)).path("models"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("what the simulator says of the policy cannot be read: " + e.getMessage());
        }
    }
}
