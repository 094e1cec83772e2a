package io.datastreamx.kafka.policy;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.Calibration;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Policies and models in a lake of the test's own. */
public final class Policies {
    private final Lake lake;
    private final PolicyTopic topic;
    private long second;

    public Policies(Lake lake, String bootstrapServers) {
        this.lake = lake;
        this.topic = new PolicyTopic(lake, KafkaClients.plaintext(bootstrapServers, "test"));
    }

    public static PolicyDocument document(String version, ArtifactRef model) {
        return new PolicyDocument(
                version,
                false,
                new Exploration(40, 0.02),
                0.02,
                List.of(terms("acme", 1), terms("bolt", 2), terms("cyan", 3)),
                Map.of(),
                model);
    }

    private static AggregatorTerms terms(String id, int rank) {
        return new AggregatorTerms(id, "http://127.0.0.1:9/" + id, true, rank, 2_000_000, 4_000_000, 0, 200, "USD");
    }

    /** A model that thinks everything of {@code favourite} and little of the others. */
    public ArtifactRef storeModel(String version, String favourite) {
        LogisticModel fill = LogisticModel.of(-3, new double[] {6}, Calibration.IDENTITY);
        ModelDocument model = new ModelDocument(
                version,
                FeatureEncoder.VERSION,
                List.of(FeatureEncoder.priceToken(favourite)),
                fill,
                LogisticModel.of(0, new double[] {0}, Calibration.IDENTITY),
                Map.of(),
                Map.of(),
                new TrainingInfo("v1", 1, 17, "test", "2026-11-22T12:00:00.000Z", 1));
        return store("/model-files/" + version + "/model.json", version, model.write());
    }

    public ArtifactRef store(String path, String version, byte[] content) {
        return lake.artifacts().write(version, lake.root() + path, content);
    }

    public ControlRecord.Policy record(PolicyDocument document) {
        return record(topic.store(document));
    }

    public ControlRecord.Policy record(ArtifactRef policy) {
        return ControlRecord.Policy.of(
                policy, Instant.parse("2026-11-22T12:00:00Z").plusSeconds(second++));
    }

    public ControlRecord.Policy publish(PolicyDocument document) {
        return publish(record(document));
    }

    public <R extends ControlRecord> R publish(R record) {
        topic.publish(record);
        return record;
    }

    public static byte[] bytes(ControlRecord record) {
        return ContractJson.bytes(record);
    }
}
