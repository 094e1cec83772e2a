package io.datastreamx.ml.training;

import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimates;
import io.datastreamx.ml.evaluation.Estimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a model may come into force. Two rules, by what is asked:
 *
 * <ul>
 *   <li><em>change</em>, of a model of another family, or where there is none: it must earn more than what is in force,
 *       beyond doubt: the lower bound of the paired difference lies above 0;
 *   <li><em>refresh</em>, of the family in force on newer data: it must not earn less by more than a hundredth: the
 *       lower bound lies above −1 % of what the policy in force earns.
 * </ul>
 *
 * <p>Both only where the log can tell; then probabilities, segments, time and size must be sound.
 */
public final class Gate {
    /** What is asked of a model. */
    public enum Rule {
        CHANGE,
        REFRESH;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of what the policy in force earns, a refresh may lose. */
    public static final double REFRESH_MARGIN = 0.01;

    /**
     * Of the lower bound, which is one-sided: a candidate that earns just as much passes as a change in one case of
     * twenty-five.
     */
    public static final double CONFIDENCE = 0.96;

    private static final double Z = Estimates.z(CONFIDENCE);
    private static final long LEAST_DECISIONS = 200;
    /** Of what the policy in force earns there, a segment may not lose beyond doubt. */
    private static final double SEGMENT_MARGIN = 0.05;
    /** Segments smaller than this share of the decisions tell nothing. */
    private static final double LEAST_SEGMENT = 0.02;
    /** Standard errors; many segments are looked at. */
    private static final double SEGMENT_DOUBT = 3;
    /** First attempts may take so much longer. */
    private static final double SLOWER = 2;

    private static final double SLOWER_MS = 20;
    private static final long MOST_BYTES = 64L << 20;

    public Verdict judge(Evaluation found) {
        List<String> reasons = new ArrayList<>(found.untrusted());
        Rule rule = rule(found);
        if (found.decisions() < LEAST_DECISIONS) {
            reasons.add(
                    found.decisions() + " held-out decisions, at least " + LEAST_DECISIONS + " wanted"
                            + (found.skipped() == 0
                                    ? ""
                                    : "; " + found.skipped()
                                            + " more had candidates that the policy in force does not have, so nothing can be said of them"));
        }
        if (reasons.isEmpty()) {
            earnings(found, rule, reasons);
            calibration("fill", found.fill(), found.championFill(), reasons);
            calibration("completion", found.completion(), found.championCompletion(), reasons);
            segments(found, reasons);
            latency(found, reasons);
        }
        return Verdict.of(rule, reasons);
    }

    static Rule rule(Evaluation found) {
        return found.family().equals(found.championFamily()) ? Rule.REFRESH : Rule.CHANGE;
    }

    private static void earnings(Evaluation found, Rule rule, List<String> reasons) {
        double champion = Evaluation.by(Estimator.DR, found.inForce()).value();
        double least = rule == Rule.REFRESH ? -REFRESH_MARGIN * Math.abs(champion) : 0;
        refusal(Evaluation.by(Estimator.DR, found.difference()), champion, rule).ifPresent(reasons::add);
        Estimate unmodelled = Evaluation.by(Estimator.SNIPS, found.difference());
        if (unmodelled.high() < least) {
            reasons.add(text(
                    "without the model's help the log says %,.0f to %,.0f micros per thousand requests against the policy in force, which contradicts it",
                    unmodelled.low(), unmodelled.high()));
        }
    }

    /**
     * The rule itself.
     *
     * @param difference paired, candidate minus in force
     * @param inForce what the policy in force earns
     */
    static Optional<String> refusal(Estimate difference, double inForce, Rule rule) {
        double least = rule == Rule.REFRESH ? -REFRESH_MARGIN * Math.abs(inForce) : 0;
        double bound = bound(difference);
        if (bound > least) {
            return Optional.empty();
        }
        return Optional.of(text(
                "against the policy in force it earns %+,.0f micros per thousand requests, and at least %+,.0f with %.0f %% confidence; a %s wants more than %+,.0f",
                difference.value(), bound, 100 * CONFIDENCE, rule.code(), least));
    }

    /** What a candidate earns more at least, with {@link #CONFIDENCE}. */
    static double bound(Estimate difference) {
        return difference.value() - Z * difference.standardError();
    }

    private static void calibration(String what, Quality quality, Quality champion, List<String> reasons) {
        boolean worse = quality.isWorseThanConstant();
        boolean noBetter = champion == null || quality.logLoss() > champion.logLoss() + quality.differenceError();
        if (worse && noBetter) {
            reasons.add(text(
                    "log loss of %s is %.5f, a constant has %.5f, and the noise is %.5f",
                    what, quality.logLoss(), quality.constantLogLoss(), quality.differenceError()));
        }
    }

    private static void segments(Evaluation found, List<String> reasons) {
        for (Evaluation.Segment segment : found.segments()) {
            Estimate difference = segment.difference();
            double best = difference.value() + SEGMENT_DOUBT * difference.standardError();
            if (segment.decisions() >= LEAST_SEGMENT * found.decisions()
                    && segment.decisions() >= LEAST_DECISIONS
                    && best < -SEGMENT_MARGIN * Math.abs(segment.inForce())) {
                reasons.add(text(
                        "in %s %s it earns %+,.0f micros per thousand requests against the policy in force, whose %,.0f it must not fall short of by more than %.0f %%",
                        segment.by(), segment.value(), difference.value(), segment.inForce(), 100 * SEGMENT_MARGIN));
            }
        }
    }

    private static void latency(Evaluation found, List<String> reasons) {
        if (found.candidateMs() > SLOWER * found.inForceMs() + SLOWER_MS) {
            reasons.add(text(
                    "a first answer is expected to take %.0f ms, under the policy in force %.0f ms",
                    found.candidateMs(), found.inForceMs()));
        }
        if (found.modelBytes() > MOST_BYTES) {
            reasons.add(text("the model file has %,d bytes, at most %,d are served", found.modelBytes(), MOST_BYTES));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
