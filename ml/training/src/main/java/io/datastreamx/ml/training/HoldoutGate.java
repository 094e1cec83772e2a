package io.datastreamx.ml.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Passes a model whose probabilities are no worse than a constant on held-out logs and whose policy is estimated to
 * earn no less than the one in force, as far as the logs can tell: in each it may fall short by one standard error of
 * the difference, no more. A refit of a good model on a day more of data thus passes, a worse one does not, and where
 * the evidence is too thin to tell nothing changes.
 */
final class HoldoutGate implements Gate {
    private static final long LEAST_DECISIONS = 200;
    private static final double LEAST_EFFECTIVE_SAMPLE = 100;

    @Override
    public Verdict judge(Evaluation found) {
        List<String> reasons = new ArrayList<>();
        judge("fill", found.fill(), reasons);
        judge("completion", found.completion(), reasons);
        Estimate candidate = found.candidate();
        if (candidate.decisions() < LEAST_DECISIONS) {
            reasons.add(candidate.decisions() + " held-out decisions, at least " + LEAST_DECISIONS + " wanted");
        }
        if (candidate.effectiveSampleSize() < LEAST_EFFECTIVE_SAMPLE) {
            reasons.add(text(
                    "the held-out decisions are worth only %.0f of the new policy's own, at least %.0f wanted: cannot tell",
                    candidate.effectiveSampleSize(), LEAST_EFFECTIVE_SAMPLE));
        }
        double noise = Math.hypot(candidate.standardError(), found.inForce().standardError());
        if (candidate.value() < found.inForce().value() - noise) {
            reasons.add(text(
                    "estimated to earn %.0f micros per thousand requests, the policy in force %.0f, which is more than the noise of %.0f above it",
                    candidate.value(), found.inForce().value(), noise));
        }
        return Verdict.of(reasons);
    }

    private static void judge(String what, Quality quality, List<String> reasons) {
        if (quality.isWorseThanConstant()) {
            reasons.add(text(
                    "log loss of %s is %.5f, a constant has %.5f, and the noise is %.5f",
                    what, quality.logLoss(), quality.constantLogLoss(), quality.differenceError()));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
