package io.datastreamx.ml.policy;

import java.util.List;

/**
 * A monotone map from a model's probability to an observed one: isotonic regression, read as MLlib's
 * {@code IsotonicRegressionModel} reads it (linear between boundaries, flat outside). Without boundaries it is the
 * identity.
 *
 * @param boundaries probabilities of the model, ascending
 * @param predictions the calibrated probability at each boundary, ascending
 */
public record Calibration(List<Double> boundaries, List<Double> predictions) {
    public static final Calibration IDENTITY = new Calibration(List.of(), List.of());

    public Calibration {
        Numbers.requireFinite("calibration boundaries", boundaries);
        Numbers.requireFinite("calibration predictions", predictions);
        boundaries = List.copyOf(boundaries);
        predictions = List.copyOf(predictions);
        if (boundaries.size() != predictions.size()) {
            throw new IllegalArgumentException(
                    "calibration has " + boundaries.size() + " boundaries but " + predictions.size() + " predictions");
        }
        Numbers.requireAscending("calibration boundaries", boundaries);
        Numbers.requireAscending("calibration predictions", predictions);
        if (!predictions.isEmpty() && (predictions.get(0) < 0 || predictions.get(predictions.size() - 1) > 1)) {
            throw new IllegalArgumentException("calibration predicts probabilities outside [0, 1]");
        }
    }

    public static Calibration of(double[] boundaries, double[] predictions) {
        return new Calibration(Numbers.list(boundaries), Numbers.list(predictions));
    }
}
