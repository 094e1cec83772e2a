package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.datastreamx.ml.policy.Calibration;
import io.datastreamx.ml.policy.LogisticModel;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One logistic regression by MLlib with its isotonic calibration.
 *
 * @param regression MLlib's model
 * @param calibration MLlib's isotonic model over the regression's probability; null where there was nothing to
 *     calibrate on
 */
record LogisticFit(LogisticRegressionModel regression, IsotonicRegressionModel calibration) {
    static final String LABEL = "label";
    /** MLlib's probability before calibration. */
    static final String RAW = "raw_probability";
    /** MLlib's probability after calibration. */
    static final String CALIBRATED = "calibrated_probability";

    private static final int ITERATIONS = 40;
    private static final double TOLERANCE = 1e-4;
    private static final long ROWS_PER_PARTITION = 200_000;
    private static final long MOST_PARTITIONS = 1_000;
    /**
     * The penalty is that of a normal prior with this variance on every coefficient, so its weight falls as evidence
     * grows.
     */
    private static final double PRIOR_VARIANCE = 0.5;

    /**
     * @param train rows with {@link Features#COLUMN} and {@link #LABEL}
     * @param calibrate later rows of the same kind; may be empty
     * @throws TooLittleEvidence where the label has only one value
     */
    static LogisticFit of(Dataset<Row> train, Dataset<Row> calibrate) {
        Dataset<Row> cached = train.select(Features.COLUMN, LABEL).persist();
        try {
            Row seen = cached.agg(count(lit(1)), sum(LABEL)).first();
            long rows = seen.getLong(0);
            if (rows == 0 || seen.getDouble(1) == 0 || seen.getDouble(1) == rows) {
                throw new TooLittleEvidence("the training part knows only one outcome in " + rows
                        + " rows, so there is nothing to tell apart");
            }
            LogisticRegressionModel regression = new LogisticRegression()
                    .setFeaturesCol(Features.COLUMN)
                    .setLabelCol(LABEL)
                    .setElasticNetParam(0.0)
                    .setRegParam(1.0 / (PRIOR_VARIANCE * rows))
                    // All features are 0 or 1: scaling by their spread would let the rarest ones escape the penalty.
                    .setStandardization(false)
                    .setMaxIter(ITERATIONS)
                    .setTol(TOLERANCE)
                    // Each step of the optimiser is a job: few rows in many partitions cost more to schedule than to
                    // add up.
                    .fit(cached.coalesce((int) Math.min(MOST_PARTITIONS, 1 + rows / ROWS_PER_PARTITION)));
            return new LogisticFit(regression, calibration(raw(regression, calibrate)));
        } finally {
            cached.unpersist();
        }
    }

    /** Adds {@link #RAW} and {@link #CALIBRATED} as MLlib computes them. */
    Dataset<Row> transform(Dataset<Row> encoded) {
        Dataset<Row> raw = raw(regression, encoded);
        return calibration == null
                ? raw.withColumn(CALIBRATED, col(RAW))
                : calibration.setFeaturesCol(RAW).setPredictionCol(CALIBRATED).transform(raw);
    }

    /** For the scorer in plain Java. */
    LogisticModel export() {
        Calibration curve = calibration == null
                ? Calibration.IDENTITY
                : Calibration.of(
                        calibration.boundaries().toArray(),
                        calibration.predictions().toArray());
        return LogisticModel.of(
                regression.intercept(), regression.coefficients().toArray(), curve);
    }

    private static Dataset<Row> raw(LogisticRegressionModel regression, Dataset<Row> encoded) {
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

    /**
     * Two made-up half-successes, one at either end, keep the curve off 0 and 1: a stretch of the log without a single
     * fill does not prove that there never is one.
     */
    private static IsotonicRegressionModel calibration(Dataset<Row> predicted) {
        Dataset<Row> points = predicted.select(col(LABEL), col(RAW));
        if (points.isEmpty()) {
            return null;
        }
        Dataset<Row> ends = predicted
                .sparkSession()
                .createDataFrame(
                        List.of(RowFactory.create(0.5, 0.0), RowFactory.create(0.5, 1.0)),
                        new StructType().add(LABEL, DataTypes.DoubleType).add(RAW, DataTypes.DoubleType));
        return new IsotonicRegression().setLabelCol(LABEL).setFeaturesCol(RAW).fit(points.union(ends));
    }
}
