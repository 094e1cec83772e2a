package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.ml.policy.Calibration;
import java.util.List;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Calibration of any family's probabilities by MLlib's isotonic regression. */
final class Isotonic {
    /** Rows that make a point of the calibration curve, and the most points that it has. */
    private static final long ROWS_PER_POINT = 200;

    private static final long MOST_POINTS = 50;

    private Isotonic() {}

    /** For the scorer in plain Java. @param model null for none */
    static Calibration curve(IsotonicRegressionModel model) {
        return model == null
                ? Calibration.IDENTITY
                : Calibration.of(
                        model.boundaries().toArray(), model.predictions().toArray());
    }

    /** Adds {@link LogisticFit#CALIBRATED} as MLlib computes it. @param model null for none */
    static Dataset<Row> applied(IsotonicRegressionModel model, Dataset<Row> raw) {
        return model == null
                ? raw.withColumn(LogisticFit.CALIBRATED, col(LogisticFit.RAW))
                : model.setFeaturesCol(LogisticFit.RAW)
                        .setPredictionCol(LogisticFit.CALIBRATED)
                        .transform(raw);
    }

    /**
     * Over means of rows that follow each other in probability, so that the curve rises between them and what differs
     * before calibration differs after it. Two made-up half-successes, one at either end, keep it off 0 and 1.
     *
     * @param predicted rows with {@link LogisticFit#LABEL}, {@link LogisticFit#RAW} and {@link LearningWindow#WEIGHT}
     * @return null where there are too few
     */
    static IsotonicRegressionModel of(Dataset<Row> predicted) {
        Dataset<Row> points =
                predicted.select(col(LogisticFit.LABEL), col(LogisticFit.RAW), col(LearningWindow.WEIGHT));
        long rows = points.count();
        long wanted = Math.min(MOST_POINTS, rows / ROWS_PER_POINT);
        if (wanted < 2) {
            return null;
        }
        double[] shares = new double[(int) wanted - 1];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (i + 1.0) / wanted;
        }
        double[] cuts = points.stat().approxQuantile(LogisticFit.RAW, shares, 0.001);
        StringBuilder bin = new StringBuilder("0");
        for (double cut : cuts) {
            bin.append(" + CASE WHEN ")
                    .append(LogisticFit.RAW)
                    .append(" > ")
                    .append(cut)
                    .append("D THEN 1 ELSE 0 END");
        }
        Dataset<Row> means = points.withColumn("bin", expr(bin.toString()))
                .groupBy("bin")
                .agg(
                        expr("sum(label * weight) / sum(weight)").as(LogisticFit.LABEL),
                        expr("sum(raw_probability * weight) / sum(weight)").as(LogisticFit.RAW),
                        expr("sum(weight)").as(LearningWindow.WEIGHT))
                .select(LogisticFit.LABEL, LogisticFit.RAW, LearningWindow.WEIGHT);
        Dataset<Row> ends = predicted
                .sparkSession()
                .createDataFrame(
                        List.of(RowFactory.create(0.5, 0.0, 1.0), RowFactory.create(0.5, 1.0, 1.0)),
                        new StructType()
                                .add(LogisticFit.LABEL, DataTypes.DoubleType)
                                .add(LogisticFit.RAW, DataTypes.DoubleType)
                                .add(LearningWindow.WEIGHT, DataTypes.DoubleType));
        return new IsotonicRegression()
                .setLabelCol(LogisticFit.LABEL)
                .setFeaturesCol(LogisticFit.RAW)
                .setWeightCol(LearningWindow.WEIGHT)
                .fit(means.union(ends));
    }
}
