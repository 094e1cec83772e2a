package io.datastreamx.ml.evaluation;

/**
 * One attempt of a logged chain, as a policy that is judged would have met it.
 *
 * @param ratio that policy's probability of asking this aggregator at this position, given those asked before, over the
 *     logging policy's
 * @param reward what the attempt earned
 * @param predicted what a model expects from here on when this aggregator is asked and the judged policy goes on
 * @param value what the model expects from here on under the judged policy: the mean of {@code predicted} over its own
 *     choices
 */
public record Step(double ratio, double reward, double predicted, double value) {
    public Step {
        if (!(ratio >= 0) || !Double.isFinite(ratio)) {
            throw new IllegalArgumentException("a ratio of probabilities is finite and not negative, got " + ratio);
        }
        if (!Double.isFinite(reward) || !Double.isFinite(predicted) || !Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "rewards and predictions are finite, got " + reward + ", " + predicted + ", " + value);
        }
    }
}
