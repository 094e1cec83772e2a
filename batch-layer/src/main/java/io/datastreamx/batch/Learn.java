package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyInForce;
import io.datastreamx.lake.Models;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.ml.training.Learning;
import io.datastreamx.ml.training.TooLittleEvidence;
import java.time.Instant;
import java.util.Optional;

/**
 * The learning steps of a night, which share its {@link Learning} within a process. Where one was skipped or the gate
 * refused, those after it are skipped for the same reason.
 */
final class Learn {
    /** @param judgedAt ISO-8601, UTC; also the time of the promotion, so that promoting again says the same */
    record Judged(Learning.Gated gated, String judgedAt) {}

    record Promoted(String modelVersion, String policyVersion, String controlRecord) {}

    private Learn() {}

    static Outcome train(Night night) {
        Sealed sealed = night.sealed();
        night.run().require(StepName.FLIP, Flip.Result.class);
        TrainingInfo info = new TrainingInfo(
                sealed.version(),
                sealed.cut(),
                night.settings().ml().seed(),
                night.run().id(),
                Instant.parse(sealed.sealedAt()).toString(),
                0);
        try {
            return Outcome.done(night.learning().get().train("m-" + night.run().id(), info, () -> inForce(night)));
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
        return Outcome.done(night.learning().get().evaluate(trained, inForce(night)));
    }

    static Outcome gate(Night night) {
        Optional<String> skipped = skipped(night, StepName.EVALUATE);
        if (skipped.isPresent()) {
            return Outcome.skipped(skipped.get());
        }
        Learning.Evaluated evaluated = night.run().require(StepName.EVALUATE, Learning.Evaluated.class);
        Instant now = night.clock().instant();
        try (Learning learning = night.learning().get()) {
            return Outcome.done(
                    new Judged(learning.gate(evaluated, night.run().id(), now, inForce(night), false), now.toString()));
        }
    }

    static Outcome promote(Night night) {
        Optional<String> skipped = skipped(night, StepName.GATE);
        if (skipped.isPresent()) {
            return Outcome.skipped(skipped.get());
        }
        Judged judged = night.run().require(StepName.GATE, Judged.class);
        Learning.Gated gated = judged.gated();
        if (!gated.verdict().passed()) {
            return Outcome.skipped("the gate refused the model: "
                    + String.join("; ", gated.verdict().reasons()));
        }
        Instant judgedAt = Instant.parse(judged.judgedAt());
        Models models = night.lake().models().read();
        Optional<Models.Act> held = models.held();
        if (held.isPresent()) {
            return Outcome.skipped((held.get().action() == Models.Action.WITHDRAWN
                            ? "the canary " + held.get().modelVersion() + " was rolled back at "
                            : "somebody rolled back by hand at ")
                    + held.get().at()
                    + ", and no night promotes until that is lifted: `dsx model lift`, or `dsx model promote "
                    + gated.modelVersion() + "`");
        }
        Optional<Models.Act> later = models.decidedSince(judgedAt, night.run().id());
        if (later.isPresent()) {
            return Outcome.skipped(
                    "a later decision stands: " + later.get().action().code() + " "
                            + later.get().modelVersion() + " at " + later.get().at());
        }
        ControlRecord.Policy record = new ModelPromotion(
                        night.lake(), night.policyTopic(), night.settings().ml())
                .promote(
                        gated.modelVersion(),
                        night.run().id(),
                        judgedAt,
                        night.lake().models().metrics(gated.modelVersion()).orElse("{}"),
                        gated.findings());
        return Outcome.done(new Promoted(gated.modelVersion(), record.policy().version(), record.eventId()));
    }

    private static PolicyDocument inForce(Night night) {
        return night.policyTopic()
                .inForce()
                .map(PolicyInForce::document)
                .orElseThrow(
                        () -> new IllegalStateException(
                                "no policy is in force yet, so there are no aggregators to learn about; the tables of this night are in force"));
    }

    private static Optional<String> skipped(Night night, StepName step) {
        return night.run().outcome(step).filter(Outcome::isSkipped).map(Outcome::skipped);
    }
}
