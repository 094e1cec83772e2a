package io.datastreamx.ml.policy;

import java.util.Collections;
import java.util.List;

/**
 * A logistic regression over the document's features, with its calibration.
 *
 * @param intercept margin where no feature is on
 * @param coefficients by place in {@link ModelDocument#features()}
 * @param calibration applied to the probability
 */
public record LogisticModel(Double intercept, List<Double> coefficients, Calibration calibration) {
    public LogisticModel {
        Numbers.requireFinite("coefficients", coefficients);
        Numbers.requireFinite("intercepts", Collections.singletonList(intercept));
        coefficients = List.copyOf(coefficients);
        calibration = calibration == null ? Calibration.IDENTITY : calibration;
    }

    public static LogisticModel of(double intercept, double[] coefficients, Calibration calibration) {
        return new LogisticModel(intercept, Numbers.list(coefficients), calibration);
    }
}
