package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.ml.policy.Calibration;
import io.datastreamx.ml.policy.LogisticModel;
import java.util.Arrays;
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
    /** Rows that make a point of the calibration curve, and the most points that it has. */
    private static final long ROWS_PER_POINT = 200;

    private static final long MOST_POINTS = 50;
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
        Row seen = input.selectExpr(
                        "count(1)",
                        "coalesce(sum(weight), 0D)",
                        "coalesce(sum(label * weight), 0D)",
                        "min(label)",
                        "max(label)")
                .first();
        long rows = seen.getLong(0);
        if (rows == 0 || seen.getDouble(3) == seen.getDouble(4)) {
            // Half a success and half a failure are added: a log without a single fill does not prove that there never
            // is one.
            double rate = (seen.getDouble(2) + 0.5) / (seen.getDouble(1) + 1);
            return new LogisticFit(Math.log(rate / (1 - rate)), new double[size], null, null);
        }
        LogisticRegressionModel regression = new LogisticRegression()
                .setFeaturesCol(Features.COLUMN)
                .setLabelCol(LABEL)
                .setWeightCol(LearningWindow.WEIGHT)
                .setElasticNetParam(0.0)
                .setRegParam(1.0 / (PRIOR_VARIANCE * seen.getDouble(1)))
                // All features are 0 or 1: scaling by their spread would let the rarest ones escape the penalty.
                .setStandardization(false)
                .setMaxIter(ITERATIONS)
                .setTol(TOLERANCE)
                // Each step of the optimiser is a job: few rows in many partitions cost more to schedule than to add
                // up.
                .fit(input.coalesce((int) Math.min(MOST_PARTITIONS, 1 + rows / ROWS_PER_PARTITION)));
        return new LogisticFit(regression.intercept(), regression.coefficients().toArray(), regression, null);
    }

    /**
     * The same with a calibration curve.
     *
     * @param calibrate later rows of the same kind; may be empty
     */
    LogisticFit calibrated(Dataset<Row> calibrate) {
        return new LogisticFit(intercept, coefficients, regression, calibration(raw(calibrate)));
    }

    /** The same with another fit's calibration curve. */
    LogisticFit calibratedAs(LogisticFit other) {
        return new LogisticFit(intercept, coefficients, regression, regression == null ? null : other.calibration());
    }

    /** Adds {@link #RAW} and {@link #CALIBRATED} as MLlib computes them. */
    Dataset<Row> transform(Dataset<Row> encoded) {
        Dataset<Row> raw = raw(encoded);
        return calibration == null
                ? raw.withColumn(CALIBRATED, col(RAW))
                : calibration.setFeaturesCol(RAW).setPredictionCol(CALIBRATED).transform(raw);
    }

    /**
     * For the scorer in plain Java.
     *
     * @param features so many are served; what follows is known in training only
     */
    LogisticModel export(int features) {
        Calibration curve = calibration == null
                ? Calibration.IDENTITY
                : Calibration.of(
                        calibration.boundaries().toArray(),
                        calibration.predictions().toArray());
        return LogisticModel.of(intercept, Arrays.copyOf(coefficients, features), curve);
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

    /**
     * Over means of rows that follow each other in probability, so that the curve rises between them and what differs
     * before calibration differs after it. Two made-up half-successes, one at either end, keep it off 0 and 1.
     */
    private IsotonicRegressionModel calibration(Dataset<Row> predicted) {
        if (regression == null) {
            return null;
        }
        Dataset<Row> points = predicted.select(col(LABEL), col(RAW), col(LearningWindow.WEIGHT));
        long rows = points.count();
        long wanted = Math.min(MOST_POINTS, rows / ROWS_PER_POINT);
        if (wanted < 2) {
            return null;
        }
        double[] shares = new double[(int) wanted - 1];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (i + 1.0) / wanted;
        }
        double[] cuts = points.stat().approxQuantile(RAW, shares, 0.001);
        StringBuilder bin = new StringBuilder("0");
        for (double cut : cuts) {
            bin.append(" + CASE WHEN ").append(RAW).append(" > ").append(cut).append("D THEN 1 ELSE 0 END");
        }
        Dataset<Row> means = points.withColumn("bin", expr(bin.toString()))
                .groupBy("bin")
                .agg(
                        expr("sum(label * weight) / sum(weight)").as(LABEL),
                        expr("sum(raw_probability * weight) / sum(weight)").as(RAW),
                        expr("sum(weight)").as(LearningWindow.WEIGHT))
                .select(LABEL, RAW, LearningWindow.WEIGHT);
        Dataset<Row> ends = predicted
                .sparkSession()
                .createDataFrame(
                        List.of(RowFactory.create(0.5, 0.0, 1.0), RowFactory.create(0.5, 1.0, 1.0)),
                        new StructType()
                                .add(LABEL, DataTypes.DoubleType)
                                .add(RAW, DataTypes.DoubleType)
                                .add(LearningWindow.WEIGHT, DataTypes.DoubleType));
        return new IsotonicRegression()
                .setLabelCol(LABEL)
                .setFeaturesCol(RAW)
                .setWeightCol(LearningWindow.WEIGHT)
                .fit(means.union(ends));
    }
}
