package io.datastreamx.ml.training;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What there is to learn a label from.
 *
 * @param weight of all rows
 * @param varies whether the label has both values
 * @param margin log-odds of the label, for where it has one value only. Half a success and half a failure are added: a
 *     log without a single fill does not prove that there never is one
 */
record Seen(long rows, double weight, boolean varies, double margin) {
    /** @param train rows with {@link LogisticFit#LABEL} and {@link LearningWindow#WEIGHT} */
    static Seen of(Dataset<Row> train) {
        Row row = train.selectExpr(
                        "count(1)",
                        "coalesce(sum(weight), 0D)",
                        "coalesce(sum(label * weight), 0D)",
                        "min(label)",
                        "max(label)")
                .first();
        double rate = (row.getDouble(2) + 0.5) / (row.getDouble(1) + 1);
        return new Seen(
                row.getLong(0),
                row.getDouble(1),
                row.getLong(0) > 0 && row.getDouble(3) != row.getDouble(4),
                Math.log(rate / (1 - rate)));
    }
}
