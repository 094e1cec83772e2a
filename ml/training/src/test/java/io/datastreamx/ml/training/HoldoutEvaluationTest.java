package io.datastreamx.ml.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Off-policy estimates against the sample's known truth, and the gate on a good and on a bad model. */
class HoldoutEvaluationTest {
    @Test
    void findsTheTruthAndRefusesAModelThatHasItBackwards() {
        LearningLog log = LearningLog.of(
                TestSession.events(new SampleLog(8).batch(0, 3_000, Instant.parse("2026-11-20T10:00:00Z"))), 0.2, 0.3);
        ModelDocument good = ModelTrainer.train(
                        log, "good", new TrainingInfo("v", 0, 1, "run", "2026-11-20T12:00:00Z", 1))
                .document();
        Evaluation found = evaluate(log, good);
        assertTrue(
                found.uniform().low() <= uniformTruth()
                        && uniformTruth() <= found.uniform().high(),
                found.uniform() + " holds " + uniformTruth());
        assertEquals(found.uniform().value(), found.inForce().value(), 1e-6, "the sample was logged uniformly");
        assertTrue(found.candidate().value() > 1.1 * found.uniform().value(), found.toString());
        assertEquals(1.0, found.candidate().meanWeight(), 0.15);
        assertTrue(found.fill().calibrationError() < 0.06, found.fill().toString());
        assertEquals(new Verdict(true, List.of()), new HoldoutGate().judge(found));

        Evaluation worse = evaluate(log, backwards(good));
        assertTrue(worse.candidate().value() < found.candidate().value(), worse.toString());
        Verdict verdict = new HoldoutGate().judge(worse);
        assertFalse(verdict.passed());
        assertTrue(
                verdict.reasons().stream().anyMatch(reason -> reason.startsWith("log loss of fill")),
                verdict.toString());
        log.release();
    }

    private static Evaluation evaluate(LearningLog log, ModelDocument model) {
        List<AggregatorTerms> terms = SampleLog.AGGREGATORS.stream()
                .map(id -> new AggregatorTerms(
                        id, "http://127.0.0.1:9/bid", true, 1, 2_000_000, 20_000_000, 0, 200, "USD"))
                .toList();
        ArtifactRef reference = new ArtifactRef(model.modelVersion(), "file:/none", "0");
        PolicyDocument policy =
                new PolicyDocument("candidate", false, new Exploration(40, 0.02), 0.02, terms, Map.of(), reference);
        ServedModel served = new ServedModel(model.write());
        return new HoldoutEvaluation(log, new ImportanceSampling())
                .of(model.modelVersion(), served, new CandidatePolicy(policy, served));
    }

    /** The same model with the sign of every coefficient turned and prices upside down. */
    private static ModelDocument backwards(ModelDocument good) {
        return new ModelDocument(
                "bad",
                good.featuresVersion(),
                good.features(),
                negated(good.fill()),
                negated(good.completion()),
                Map.of(),
                good.aggregators(),
                good.training());
    }

    private static LogisticModel negated(LogisticModel model) {
        return new LogisticModel(
                -model.intercept(), model.coefficients().stream().map(c -> -c).toList(), null);
    }

    /** Expected earnings of a first attempt chosen uniformly, micro-units per thousand requests. */
    private static double uniformTruth() {
        double sum = 0;
        int cases = 0;
        for (String aggregator : SampleLog.AGGREGATORS) {
            for (String channel : SampleLog.CHANNELS) {
                for (String device : SampleLog.DEVICES) {
                    sum += SampleLog.fillRate(aggregator, channel)
                            * SampleLog.completionRate(aggregator, device)
                            * SampleLog.priceMicros(aggregator);
                    cases++;
                }
            }
        }
        return sum / cases;
    }
}
