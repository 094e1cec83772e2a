package io.datastreamx.ml.training;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Estimates from decisions of one policy what another would have earned. */
public interface Evaluator {
    /**
     * @param decisions logged decisions with a column {@code reward}
     * @param weight column: the other policy's probability of the logged choice over the logging policy's
     */
    Estimate estimate(Dataset<Row> decisions, String weight);
}
