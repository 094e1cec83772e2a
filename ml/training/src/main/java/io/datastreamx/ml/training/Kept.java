package io.datastreamx.ml.training;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that many questions are asked about. They are computed once, and the plan behind them is cut off: Spark
 * otherwise analyses the whole of it anew for each question, which for the few thousand rows of a quiet day takes
 * longer than the answers.
 */
final class Kept {
    private Kept() {}

    /** The same rows in memory, or beside it, until they are unpersisted. */
    static Dataset<Row> of(Dataset<Row> rows) {
        return rows.sparkSession()
                .createDataFrame(rows.javaRDD(), rows.schema())
                .persist(StorageLevel.MEMORY_AND_DISK());
    }
}
