package io.datastreamx.ml.training;

import io.datastreamx.ml.evaluation.Estimate;

/**
 * A point of a learning curve: a model that was trained on a part of what the judged one was trained on, judged on the
 * same decisions.
 *
 * @param share of the decisions to train on, in (0, 1]
 * @param decisions that it was trained on
 * @param fill quality of P(fill) of attempts asked first
 * @param value doubly robust estimate of the policy with it, micro-units per thousand requests
 */
public record SampleSize(double share, long decisions, Quality fill, Estimate value) {}
