package io.datastreamx.ml.evaluation;

/**
 * What a policy would have earned on logged decisions, or by how much more than another one. Values are in the unit of
 * the rewards, for the router micro-units per thousand requests.
 *
 * @param estimator how it was found
 * @param decisions logged decisions used
 * @param value the estimate
 * @param standardError of {@code value}, from the terms' spread (by the delta method where it is a ratio)
 * @param low lower end of the 95 % interval, normal approximation
 * @param high upper end
 * @param effectiveSampleSize so many decisions of the policy itself would tell as much
 * @param meanWeight close to 1 where the logged propensities are right and the log supports the policy
 * @param maxWeight heaviest single decision
 */
public record Estimate(
        Estimator estimator,
        long decisions,
        double value,
        double standardError,
        double low,
        double high,
        double effectiveSampleSize,
        double meanWeight,
        double maxWeight) {}
