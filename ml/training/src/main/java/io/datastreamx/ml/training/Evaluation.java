package io.datastreamx.ml.training;

import java.util.Map;

/**
 * What the held-out part of the log says about a model.
 *
 * @param fill quality of P(fill)
 * @param completion quality of P(complete | fill)
 * @param candidate the policy with the new model
 * @param inForce the policies that took the logged decisions
 * @param uniform a uniform choice among the candidates
 * @param measuredEcpmMicros earnings per thousand requests by aggregator over the log that was learned from, as a
 *     uniform choice would have measured them
 */
public record Evaluation(
        String modelVersion,
        Quality fill,
        Quality completion,
        Estimate candidate,
        Estimate inForce,
        Estimate uniform,
        Map<String, Long> measuredEcpmMicros) {}
