package io.datastreamx.ml.policy;

import java.util.Arrays;

/** A {@link Calibration} ready to be applied often. */
final class IsotonicCurve {
    private final double[] boundaries;
    private final double[] predictions;

    IsotonicCurve(Calibration calibration) {
        boundaries = Numbers.array(calibration.boundaries());
        predictions = Numbers.array(calibration.predictions());
    }

    double at(double probability) {
        if (boundaries.length == 0) {
            return probability;
        }
        int found = Arrays.binarySearch(boundaries, probability);
        if (found >= 0) {
            return predictions[found];
        }
        int above = -found - 1;
        if (above == 0) {
            return predictions[0];
        }
        if (above == boundaries.length) {
            return predictions[boundaries.length - 1];
        }
        double x1 = boundaries[above - 1];
        double y1 = predictions[above - 1];
        return y1 + (predictions[above] - y1) * (probability - x1) / (boundaries[above] - x1);
    }
}
