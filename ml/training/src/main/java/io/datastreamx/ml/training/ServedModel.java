package io.datastreamx.ml.training;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** A model file as routers will read it, on Spark's executors: what is judged is what is served. */
final class ServedModel implements Serializable {
    private final byte[] file;
    private final byte[] policy;
    private transient LogisticScorer scorer;
    private transient PolicyDocument document;
    private transient Map<String, AggregatorTerms> terms;

    /**
     * @param file null for a policy without a model
     * @param policy with the terms of the aggregators
     */
    ServedModel(byte[] file, PolicyDocument policy) {
        this.file = file == null ? null : file.clone();
        this.policy = ContractJson.bytes(policy);
    }

    /** P(fill | it answers) of an attempt, calibrated. */
    Column fillProbability() {
        return Attempts.apply(
                asked -> scorer().fillProbability(asked.slot(), asked.aggregatorId()), DataTypes.DoubleType);
    }

    /** P(complete | fill) of an attempt, calibrated. */
    Column completionProbability() {
        return Attempts.apply(
                asked -> scorer().completionProbability(asked.slot(), asked.aggregatorId()), DataTypes.DoubleType);
    }

    /** P(fill within the time that the attempt has); null for aggregators that the policy does not have. */
    Column expectedFill() {
        return Attempts.apply(
                asked -> {
                    Expectation expected = expectation(asked);
                    return expected == null ? null : expected.fill();
                },
                DataTypes.DoubleType);
    }

    /** CPM price of a fill, micro-units; null for aggregators that the policy does not have. */
    Column priceMicros() {
        return Attempts.apply(
                asked -> {
                    Expectation expected = expectation(asked);
                    return expected == null ? null : expected.priceMicros();
                },
                DataTypes.DoubleType);
    }

    /** Null without a model. */
    LogisticScorer scorer() {
        if (scorer == null && file != null) {
            scorer = new LogisticScorer(ModelDocument.read(file));
        }
        return scorer;
    }

    PolicyDocument policy() {
        if (document == null) {
            try {
                document = ContractJson.MAPPER.readValue(policy, PolicyDocument.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return document;
    }

    Map<String, AggregatorTerms> terms() {
        if (terms == null) {
            Map<String, AggregatorTerms> found = new HashMap<>();
            policy().aggregators().forEach(aggregator -> found.put(aggregator.aggregatorId(), aggregator));
            terms = found;
        }
        return terms;
    }

    private Expectation expectation(Attempts.Asked asked) {
        AggregatorTerms aggregator = terms().get(asked.aggregatorId());
        return aggregator == null ? null : scorer().estimate(asked.slot(), aggregator);
    }
}
