package io.datastreamx.ml.training;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF9;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The routing policy with the new model, asked what it would have done with logged requests among the candidates that
 * they had.
 */
final class CandidatePolicy implements Serializable {
    /** Candidates of a logged decision already passed the guardrails; none may fail for lack of time now. */
    private static final long AMPLE_MS = 3_600_000;

    private final byte[] document;
    private final ServedModel model;
    private transient PolicyDocument parsed;
    private transient Map<List<String>, PolicySnapshot> snapshots;

    /** @param document the policy that promotion would write */
    CandidatePolicy(PolicyDocument document, ServedModel model) {
        this.document = ContractJson.bytes(document);
        this.model = model;
    }

    /** Its probability of the logged choice over the logged propensity, as a column over {@link LearningLog}. */
    Column weight() {
        UDF9<String, String, String, String, String, Timestamp, Seq<String>, String, Double, Double> weight =
                (channel, previous, last, region, device, time, candidates, chosen, propensity) -> propensity(
                                new Context(channel, previous, last, region, device),
                                time.toInstant(),
                                CollectionConverters.asJava(candidates),
                                chosen)
                        / propensity;
        return functions
                .udf(weight, DataTypes.DoubleType)
                .apply(ContextColumns.and("request_time", "ranked.aggregator_id", "chosen", "propensity"));
    }

    private double propensity(Context context, Instant time, List<String> candidates, String chosen) {
        AdRequest request = new AdRequest("any", "any", time, context, AMPLE_MS, 0, null, null, null, null);
        return new InverseGapWeighting()
                .decide(request, time, snapshot(List.copyOf(candidates))).ranked().stream()
                        .filter(candidate -> candidate.aggregatorId().equals(chosen))
                        .mapToDouble(Candidate::propensity)
                        .findFirst()
                        .orElse(0);
    }

    private PolicySnapshot snapshot(List<String> candidates) {
        if (snapshots == null) {
            snapshots = new HashMap<>();
            parsed = parse();
        }
        return snapshots.computeIfAbsent(candidates, ids -> {
            Set<String> wanted = Set.copyOf(ids);
            List<AggregatorTerms> terms = parsed.aggregators().stream()
                    .filter(aggregator -> wanted.contains(aggregator.aggregatorId()))
                    .toList();
            PolicyDocument among = new PolicyDocument(
                    parsed.policyVersion(),
                    false,
                    parsed.exploration(),
                    parsed.probeShare(),
                    terms,
                    parsed.measuredEcpmMicros(),
                    parsed.model());
            return new PolicySnapshot(among, Optional.of(model.scorer()), Set.of(), null, Set.of(), "evaluation");
        });
    }

    private PolicyDocument parse() {
        try {
            return ContractJson.MAPPER.readValue(document, PolicyDocument.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
