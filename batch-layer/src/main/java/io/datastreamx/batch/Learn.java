package io.datastreamx.batch;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyInForce;
import io.datastreamx.lake.Models;
import io.datastreamx.ml.training.Evaluation;
import io.datastreamx.ml.training.Learning;
import io.datastreamx.ml.training.TooLittleEvidence;
import io.datastreamx.ml.training.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The learning steps of a night, which share its {@link Learning} within a process. Where one was skipped or the gate
 * refused, those after it are skipped for the same reason.
 */
final class Learn {
    /** @param judgedAt ISO-8601, UTC; also the time of the promotion, so that promoting again says the same */
    record Judged(boolean passed, List<String> reasons, String judgedAt) {}

    record Promoted(String modelVersion, String policyVersion, String controlRecord) {}

    private Learn() {}

    static Outcome train(Night night) {
        Sealed sealed = night.sealed();
        night.run().require(StepName.FLIP, Flip.Result.class);
        try {
            return Outcome.done(night.learning()
                    .get()
                    .train(
                            "m-" + night.run().id(),
                            sealed.version(),
                            sealed.cut(),
                            night.run().id(),
                            Instant.parse(sealed.sealedAt())));
        } catch (TooLittleEvidence e) {
            return Outcome.skipped(e.getMessage());
        }
    }

    static Outcome evaluate(Night night) {
        Optional<String> skipped = skipped(night, StepName.TRAIN);
        if (skipped.isPresent()) {
            return Outcome.skipped(skipped.get());
        }
        Learning.Trained trained = night.run().require(StepName.TRAIN, Learning.Trained.class);
        PolicyDocument inForce = night.policyTopic()
                .inForce()
                .map(PolicyInForce::document)
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no policy is in force yet, so there are no aggregators to evaluate with; the tables of this night are in force"));
        return Outcome.done(night.learning()
                .get()
                .evaluate(
                        trained.modelVersion(), night.run().id(), night.clock().instant(), inForce));
    }

    static Outcome gate(Night night) {
        Optional<String> skipped = skipped(night, StepName.EVALUATE);
        if (skipped.isPresent()) {
            return Outcome.skipped(skipped.get());
        }
        Evaluation evaluation = night.run().require(StepName.EVALUATE, Evaluation.class);
        Instant now = night.clock().instant();
        Verdict verdict = night.learning().get().judge(evaluation, night.run().id(), now);
        return Outcome.done(new Judged(verdict.passed(), verdict.reasons(), now.toString()));
    }

    static Outcome promote(Night night) {
        Optional<String> skipped = skipped(night, StepName.GATE);
        if (skipped.isPresent()) {
            return Outcome.skipped(skipped.get());
        }
        Judged judged = night.run().require(StepName.GATE, Judged.class);
        if (!judged.passed()) {
            return Outcome.skipped("the gate refused the model: " + String.join("; ", judged.reasons()));
        }
        Instant judgedAt = Instant.parse(judged.judgedAt());
        Optional<Models.Act> later =
                night.lake().models().read().decidedSince(judgedAt, night.run().id());
        if (later.isPresent()) {
            return Outcome.skipped(
                    "a later decision stands: " + later.get().action().code() + " "
                            + later.get().modelVersion() + " at " + later.get().at());
        }
        Evaluation evaluation = night.run().require(StepName.EVALUATE, Evaluation.class);
        ControlRecord.Policy record = new ModelPromotion(
                        night.lake(), night.policyTopic(), night.settings().ml())
                .promote(
                        evaluation.modelVersion(),
                        night.run().id(),
                        judgedAt,
                        new String(ContractJson.bytes(evaluation), StandardCharsets.UTF_8),
                        new Findings(evaluation.measuredEcpmMicros(), Map.of(), Map.of()));
        return Outcome.done(
                new Promoted(evaluation.modelVersion(), record.policy().version(), record.eventId()));
    }

    private static Optional<String> skipped(Night night, StepName step) {
        return night.run().outcome(step).filter(Outcome::isSkipped).map(Outcome::skipped);
    }
}
