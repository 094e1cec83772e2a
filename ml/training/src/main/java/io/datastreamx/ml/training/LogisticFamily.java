package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Two logistic regressions by MLlib on context × aggregator, or on two values of the context × aggregator as well. Both
 * are served by the same scorer.
 *
 * @param crossed whether the features are crossed with two values
 */
record LogisticFamily(String code, boolean crossed) implements Family {
    static final LogisticFamily PLAIN = new LogisticFamily("logistic", false);
    /** Where what one value says depends on another, such as the hour on a channel. */
    static final LogisticFamily CROSSES = new LogisticFamily("crosses", true);

    @Override
    public Fitted fit(Dataset<Row> answered, Dataset<Row> fills, Calibrating calibration, long seed) {
        Features features = Features.observed(answered, crossed);
        LogisticFit fill = fit(features, answered, "fill");
        LogisticFit completion = fit(features, fills, "completed");
        int served = features.dictionary().size();
        if (calibration.known().isPresent()) {
            ModelDocument curves = calibration.known().get();
            return new Fitted(
                    features.dictionary().tokens(),
                    curved(fill.export(served), curves.fill()),
                    curved(completion.export(served), curves.completion()),
                    null);
        }
        return new Fitted(
                features.dictionary().tokens(),
                fill.calibrated(labelled(features, calibration.answered(), "fill"))
                        .export(served),
                completion
                        .calibrated(labelled(features, calibration.fills(), "completed"))
                        .export(served),
                null);
    }

    static LogisticFit fit(Features features, Dataset<Row> rows, String label) {
        return LogisticFit.of(labelled(features, rows, label), features.size());
    }

    static Dataset<Row> labelled(Features features, Dataset<Row> rows, String label) {
        return features.encode(rows).withColumn(LogisticFit.LABEL, col(label).cast("double"));
    }

    private static LogisticModel curved(LogisticModel model, LogisticModel other) {
        return new LogisticModel(model.intercept(), model.coefficients(), other.calibration());
    }
}
