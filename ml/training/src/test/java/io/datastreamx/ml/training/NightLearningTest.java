package io.datastreamx.ml.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A night's learning against a log whose truth is known. */
class NightLearningTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final TrainingInfo INFO = new TrainingInfo("v", 0, 17, "run", "2026-11-20T12:00:00Z", 1);
    static final MlSettings SETTINGS = new MlSettings(
            17, 0.2, 0.3, 14, Duration.ofDays(3), List.of("logistic"), 500, 40, 0.02, 0.03, 0, 1, Duration.ZERO);

    @Test
    void theFirstModelEarnsMoreAndIsFittedAgainOnEverything() {
        NightLearning.Learned learned = learn(log(5_000), Optional.empty());
        Evaluation found = learned.judged().get(0).evaluation();
        assertThat(learned.judged().get(0).verdict()).isEqualTo(new Verdict(true, Gate.Rule.CHANGE, List.of()));
        Estimate difference = Evaluation.by(Estimator.DR, found.difference());
        assertThat(difference.low()).isPositive();
        assertThat(found.untrusted()).isEmpty();
        assertThat(found.odds()).hasSize(SampleLog.AGGREGATORS.size());
        found.reliability().forEach(one -> assertThat(one.fills())
                .as(one.aggregatorId())
                .isBetween(
                        Math.round(one.expectedFills() - 4 * one.fillError() - 0.05 * one.expectedFills()),
                        Math.round(one.expectedFills() + 4 * one.fillError() + 0.05 * one.expectedFills())));
        ModelDocument served = learned.served().orElseThrow();
        assertThat(served.modelVersion()).isEqualTo("m-1");
        assertThat(served).isNotEqualTo(learned.judged().get(0).document());
        assertThat(learned.findings().evidence()).containsOnlyKeys(SampleLog.AGGREGATORS);

        NightLearning.Candidate champion = new NightLearning.Candidate("logistic", served);
        NightLearning.Learned again = learn(log(5_000), Optional.of(champion));
        assertThat(again.judged().get(0).verdict().rule()).isEqualTo(Gate.Rule.REFRESH);

        Evaluation reversed;
        try (NightLearning night = NightLearning.on(log(5_000), SETTINGS, NightLearningTest::policy)) {
            reversed = night.judge(new NightLearning.Candidate("logistic", backwards(served)), Optional.of(champion))
                    .evaluation();
        }
        assertThat(Evaluation.by(Estimator.DR, reversed.difference()).high()).isNegative();
        assertThat(new Gate().judge(reversed).reasons())
                .anyMatch(reason -> reason.startsWith("against the policy in force it earns -"));
    }

    @Test
    void theSameLogAndSeedGiveTheSameModel() {
        assertThat(modelFile(log(2_000))).isEqualTo(modelFile(log(2_000)));
    }

    private static String modelFile(DecisionLog log) {
        ModelDocument document = learn(log, Optional.empty()).judged().get(0).document();
        return new String(document.write(), StandardCharsets.UTF_8);
    }

    @Test
    void aShortLogIsTooLittleEvidence() {
        assertThatThrownBy(() -> learn(log(300), Optional.empty()))
                .isInstanceOf(TooLittleEvidence.class)
                .hasMessageContaining("at least 500 wanted");
        assertThatThrownBy(
                        () -> learn(DecisionLog.ofRows(log(300).rows().where("request_id = 'none'")), Optional.empty()))
                .isInstanceOf(TooLittleEvidence.class)
                .hasMessageContaining("0 matured decisions");
    }

    private static NightLearning.Learned learn(DecisionLog log, Optional<NightLearning.Candidate> champion) {
        return NightLearning.learn(log, SETTINGS, policy(), champion, "m-1", INFO);
    }

    private static DecisionLog log(int requests) {
        return DecisionLog.of(TestSession.events(new SampleLog(8).batch(0, requests, START)));
    }

    static PolicyDocument policy() {
        List<AggregatorTerms> terms = SampleLog.AGGREGATORS.stream()
                .map(id -> new AggregatorTerms(
                        id, "http://127.0.0.1:9/bid", true, 1, 2_000_000, 20_000_000, 0, 400, "USD"))
                .toList();
        return new PolicyDocument("p", false, new Exploration(40, 0.02), 0.02, terms, Map.of(), null);
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
                Map.of(),
                good.training());
    }

    private static LogisticModel negated(LogisticModel model) {
        return new LogisticModel(
                -model.intercept(), model.coefficients().stream().map(c -> -c).toList(), null);
    }
}
