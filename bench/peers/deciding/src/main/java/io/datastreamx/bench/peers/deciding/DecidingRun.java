package io.datastreamx.bench.peers.deciding;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer that decides is told on its command line.
 *
 * @param bootstrapServers of the broker
 * @param name of its group
 * @param policy file of the policy that routers have in force
 * @param model file of its model
 * @param folder where it may write
 */
public record DecidingRun(String bootstrapServers, String name, Path policy, Path model, Path folder) {
    /** Threads, or slots, that decide: one for each partition. */
    public static final int PARALLELISM = 2;

    /** Currency of the benchmark. */
    public static final String CURRENCY = "USD";

    /** What {@link #args} says. @throws IllegalArgumentException where arguments are missing */
    public static DecidingRun of(String[] args) {
        if (args.length != 5) {
            throw new IllegalArgumentException("expected BOOTSTRAP-SERVERS NAME POLICY-FILE MODEL-FILE FOLDER");
        }
        return new DecidingRun(args[0], args[1], Path.of(args[2]), Path.of(args[3]), Path.of(args[4]));
    }

    /** The command line. */
    public List<String> args() {
        return List.of(bootstrapServers, name, policy.toString(), model.toString(), folder.toString());
    }

    /** What is in force for the whole run. */
    public PolicySnapshot snapshot() throws IOException {
        return new PolicySnapshot(
                ContractJson.MAPPER.readValue(Files.readAllBytes(policy), PolicyDocument.class),
                Optional.of(new LogisticScorer(ModelDocument.read(Files.readAllBytes(model)))),
                Set.of(),
                null,
                Set.of(),
                "policy:bench/-/-");
    }
}
