package io.datastreamx.ml.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * What one logged decision contributes to every estimate of a policy's value.
 *
 * @param weight product of the ratios of all attempts that were made
 * @param weighted the inverse-propensity term: each reward times the ratios up to its attempt (cascade: attempts that
 *     were never made do not count)
 * @param model the direct-method term: what the model expects
 * @param doublyRobust the model's term corrected by the weighted errors of its predictions, attempt by attempt
 *     (cascade-DR, https://arxiv.org/abs/2202.01562)
 * @param switched the same, trusting the model alone where a ratio exceeds the limit (switch-DR,
 *     https://arxiv.org/abs/1612.01205)
 */
public record Term(double weight, double weighted, double model, double doublyRobust, double switched)
        implements Serializable {

    /**
     * @param steps attempts in the order in which they were made; at least one
     * @param switchAt largest ratio that switch-DR believes
     */
    public static Term of(List<Step> steps, double switchAt) {
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a decision has at least one attempt");
        }
        double weight = 1;
        double weighted = 0;
        for (Step step : steps) {
            weight *= step.ratio();
            weighted += weight * step.reward();
        }
        return new Term(
                weight,
                weighted,
                steps.get(0).value(),
                corrected(steps, Double.POSITIVE_INFINITY),
                corrected(steps, switchAt));
    }

    /** A decision with one attempt, as in a contextual bandit. */
    public static Term of(Step step, double switchAt) {
        return of(List.of(step), switchAt);
    }

    private static double corrected(List<Step> steps, double largestRatio) {
        double after = 0;
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            double ratio = step.ratio() <= largestRatio ? step.ratio() : 0;
            after = step.value() + ratio * (step.reward() + after - step.predicted());
        }
        return after;
    }
}
