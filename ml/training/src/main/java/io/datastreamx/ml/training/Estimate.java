package io.datastreamx.ml.training;

/**
 * What a policy would have earned on logged decisions, in micro-units per thousand requests.
 *
 * @param decisions logged decisions used
 * @param ips inverse propensity score estimate: unbiased, wide
 * @param value self-normalised estimate (SNIPS, https://papers.nips.cc/paper/5748): slightly biased, much narrower
 * @param standardError of {@code value}
 * @param low lower end of the 95 % interval of {@code value}, normal approximation
 * @param high upper end
 * @param effectiveSampleSize so many decisions of the policy itself would tell as much
 * @param meanWeight close to 1 where the logged propensities are right
 * @param maxWeight heaviest single decision
 */
public record Estimate(
        long decisions,
        double ips,
        double value,
        double standardError,
        double low,
        double high,
        double effectiveSampleSize,
        double meanWeight,
        double maxWeight) {}
