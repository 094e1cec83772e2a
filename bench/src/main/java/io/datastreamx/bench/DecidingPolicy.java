package io.datastreamx.bench;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.MadeUpTraffic;
import io.datastreamx.ml.policy.ModelDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What all decide by.
 *
 * @param document file of the policy
 * @param model file of its model
 */
record DecidingPolicy(Path document, Path model) {
    /** Puts it in force in a new lake below {@code home}. */
    static DecidingPolicy install(String bootstrapServers, Path home) throws IOException {
        Lake lake = new Lake("file://" + home + "/lake");
        ModelDocument made = MadeUpTraffic.model();
        ArtifactRef reference =
                lake.artifacts().write(made.modelVersion(), lake.root() + "/made-up/model.json", made.write());
        PolicyDocument policy = new MadeUpTraffic(DecidingRun.CURRENCY).policy(reference);
        new PolicyTopic(lake, KafkaClients.plaintext(bootstrapServers, "bench")).install(policy, Instant.now());
        Path document = Files.write(home.resolve("policy.json"), ContractJson.bytes(policy));
        return new DecidingPolicy(document, Files.write(home.resolve("model.json"), made.write()));
    }
}
