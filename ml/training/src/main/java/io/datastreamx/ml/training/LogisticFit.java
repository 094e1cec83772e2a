package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.ml.policy.LogisticModel;
import java.util.Arrays;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * One logistic regression by MLlib with its isotonic calibration. Where the label has only one value there is nothing
 * to tell apart, and the model is a constant.
 *
 * @param intercept margin where no feature is on
 * @param coefficients of the features, then of what is known in training only
 * @param regression MLlib's model; null where the model is a constant
 * @param calibration MLlib's isotonic model over the regression's probability; null where there was too little to
 *     calibrate on
 */
record LogisticFit(
        double intercept,
        double[] coefficients,
        LogisticRegressionModel regression,
        IsotonicRegressionModel calibration) {
    static final String LABEL = "label";
    /** MLlib's probability before calibration. */
    static final String RAW = "raw_probability";
    /** MLlib's probability after calibration. */
    static final String CALIBRATED = "calibrated_probability";

    private static final int ITERATIONS = 40;
    private static final double TOLERANCE = 1e-4;
    private static final long ROWS_PER_PARTITION = 100_000;
    private static final long MOST_PARTITIONS = 1_000;
    /**
     * The penalty is that of a normal prior with this variance on every coefficient, so its weight falls as evidence
     * grows.
     */
    private static final double PRIOR_VARIANCE = 0.5;

    /**
     * @param train rows with {@link Features#COLUMN}, {@link #LABEL} and {@link LearningWindow#WEIGHT}
     * @param size of the vectors
     */
    static LogisticFit of(Dataset<Row> train, int size) {
        // Asked three times, and making vectors of attempts is most of the work.
        Dataset<Row> input =
                train.select(Features.COLUMN, LABEL, LearningWindow.WEIGHT).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return fitted(input, size);
        } finally {
            input.unpersist();
        }
    }

    private static LogisticFit fitted(Dataset<Row> input, int size) {
        Seen seen = Seen.of(input);
        if (!seen.varies()) {
            return new LogisticFit(seen.margin(), new double[size], null, null);
        }
        LogisticRegressionModel regression = new LogisticRegression()
                .setFeaturesCol(Features.COLUMN)
                .setLabelCol(LABEL)
                .setWeightCol(LearningWindow.WEIGHT)
                .setElasticNetParam(0.0)
                .setRegParam(1.0 / (PRIOR_VARIANCE * seen.weight()))
                // All features are 0 or 1: scaling by their spread would let the rarest ones escape the penalty.
                .setStandardization(false)
                .setMaxIter(ITERATIONS)
                .setTol(TOLERANCE)
                // Each step of the optimiser is a job: few rows in many partitions cost more to schedule than to add
                // up.
                .fit(input.coalesce((int) Math.min(MOST_PARTITIONS, 1 + seen.rows() / ROWS_PER_PARTITION)));
        return new LogisticFit(regression.intercept(), regression.coefficients().toArray(), regression, null);
    }

    /**
     * The same with a calibration curve.
     *
     * @param calibrate later rows of the same kind; may be empty
     */
    LogisticFit calibrated(Dataset<Row> calibrate) {
        return new LogisticFit(
                intercept, coefficients, regression, regression == null ? null : Isotonic.of(raw(calibrate)));
    }

    /** The same with another fit's calibration curve. */
    LogisticFit calibratedAs(LogisticFit other) {
        return new LogisticFit(intercept, coefficients, regression, regression == null ? null : other.calibration());
    }

    /** Adds {@link #RAW} and {@link #CALIBRATED} as MLlib computes them. */
    Dataset<Row> transform(Dataset<Row> encoded) {
        return Isotonic.applied(calibration, raw(encoded));
    }

    /**
     * For the scorer in plain Java.
     *
     * @param features so many are served; what follows is known in training only
     */
    LogisticModel export(int features) {
        return LogisticModel.of(intercept, Arrays.copyOf(coefficients, features), Isotonic.curve(calibration));
    }

    private Dataset<Row> raw(Dataset<Row> encoded) {
        if (regression == null) {
            return encoded.withColumn(RAW, expr(1 / (1 + Math.exp(-intercept)) + "D"));
        }
        return regression
                .setRawPredictionCol("margin")
                .setProbabilityCol("probabilities")
                .setPredictionCol("predicted")
                .transform(encoded)
                .withColumn(
                        RAW,
                        functions
                                .vector_to_array(col("probabilities"), "float64")
                                .getItem(1))
                .drop("margin", "probabilities", "predicted");
    }
}
