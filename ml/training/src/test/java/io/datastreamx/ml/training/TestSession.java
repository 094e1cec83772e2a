package io.datastreamx.ml.training;

import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of this module's tests. */
final class TestSession {
    static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.artifact.isolation.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();

    private TestSession() {}

    static Dataset<Row> events(List<Row> rows) {
        return SPARK.createDataFrame(rows, SparkSchemas.of(Table.EVENTS));
    }
}
