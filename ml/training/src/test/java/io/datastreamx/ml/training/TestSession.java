package io.datastreamx.ml.training;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import io.datastreamx.spark.SparkProfile;
import io.datastreamx.spark.SparkSessions;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of this module's tests. */
final class TestSession {
    static final SparkSession SPARK = SparkSessions.open(
            Settings.load(),
            SparkProfile.named("training-tests", 2)
                    .onOneMachine("spark.sql.shuffle.partitions", "2", "one for each slot")
                    .byDefault("spark.sql.adaptive.enabled", "false", "as in a night")
                    .byDefault("spark.sql.codegen.wholeStage", "false", "few rows: compiling queries takes longest"));

    private TestSession() {}

    static Dataset<Row> events(List<Row> rows) {
        return SPARK.createDataFrame(rows, SparkSchemas.of(Table.EVENTS));
    }
}
