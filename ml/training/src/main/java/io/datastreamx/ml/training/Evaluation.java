package io.datastreamx.ml.training;

import io.datastreamx.ml.bounds.Interval;
import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Support;
import java.util.List;
import java.util.Map;

/**
 * What the held-out part of the log says about a model. Values are micro-units per thousand requests, of the whole
 * chain of attempts.
 *
 * @param modelVersion the model that was judged
 * @param family how it learns
 * @param championVersion the model in force; null where there is none
 * @param championFamily its family; null where there is none or it is not known
 * @param decisions held-out decisions
 * @param skipped those among them with candidates that the policy in force no longer has
 * @param earned what the log earned
 * @param candidate estimates of the policy with the new model
 * @param inForce estimates of the policy in force
 * @param uniform estimates of asking in any order
 * @param difference candidate minus in force, on the same decisions
 * @param bootstrap 95 % interval of the doubly robust difference, by resampling blocks of the log
 * @param anytime bounds of the same that would hold however often one looked
 * @param odds whether the log chose as its propensities say, by aggregator
 * @param untrusted why the log can tell nothing about the candidate; empty where it can
 * @param unsupportedShare share of the candidate's first choices that the log never made
 * @param fill quality of P(fill) of attempts asked first
 * @param completion quality of P(complete | fill)
 * @param championFill that of the model in force on the same attempts; null where there is none
 * @param championCompletion likewise
 * @param reliability observed against expected, by aggregator
 * @param segments differences by channel, region and part of the day
 * @param candidateMs expected time of a first attempt under the candidate, milliseconds
 * @param inForceMs under the policy in force
 * @param modelBytes size of the model file
 * @param measuredEcpmMicros earnings per thousand first attempts by aggregator, each weighted against the odds of being
 *     made
 * @param evidence attempts by aggregator, the older the lighter
 */
public record Evaluation(
        String modelVersion,
        String family,
        String championVersion,
        String championFamily,
        long decisions,
        long skipped,
        double earned,
        List<Estimate> candidate,
        List<Estimate> inForce,
        List<Estimate> uniform,
        List<Estimate> difference,
        Interval bootstrap,
        Interval anytime,
        List<Support.Odds> odds,
        List<String> untrusted,
        double unsupportedShare,
        Quality fill,
        Quality completion,
        Quality championFill,
        Quality championCompletion,
        List<Reliability> reliability,
        List<Segment> segments,
        double candidateMs,
        double inForceMs,
        long modelBytes,
        Map<String, Long> measuredEcpmMicros,
        Map<String, Double> evidence) {

    /**
     * Observed against expected on held-out attempts of one aggregator.
     *
     * @param attempts first attempts
     * @param fills that filled
     * @param expectedFills that were expected to
     * @param fillError standard error of {@code fills} if the expectation is right
     * @param filled attempts of all positions that filled
     * @param completes of these, watched to the end
     * @param expectedCompletes expected to be
     * @param priceMicros mean price of these
     * @param expectedPriceMicros as expected
     * @param bins by tenths of P(fill): expected share, observed share, attempts
     */
    public record Reliability(
            String aggregatorId,
            long attempts,
            long fills,
            double expectedFills,
            double fillError,
            long filled,
            long completes,
            double expectedCompletes,
            double priceMicros,
            double expectedPriceMicros,
            List<Bin> bins) {}

    /** Attempts whose probabilities of a fill are alike. */
    public record Bin(double expected, double observed, long attempts) {}

    /**
     * A part of the decisions.
     *
     * @param by what it is a part by: channel, region, hours
     * @param difference doubly robust, candidate minus in force
     * @param inForce what the policy in force earns in it
     */
    public record Segment(String by, String value, long decisions, Estimate difference, double inForce) {}

    /** The estimate by one estimator. */
    public static Estimate by(io.datastreamx.ml.evaluation.Estimator estimator, List<Estimate> estimates) {
        return estimates.stream()
                .filter(estimate -> estimate.estimator() == estimator)
                .findFirst()
                .orElseThrow();
    }
}
