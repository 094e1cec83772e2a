package io.datastreamx.batch;

import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reading and replacing days of the batch tables with Spark. */
final class BatchTables {
    private BatchTables() {}

    /** A batch table as one of its Delta versions has it. */
    static Dataset<Row> read(SparkSession spark, Lake lake, Table table, long version) {
        return spark.read().format("delta").option("versionAsOf", version).load(lake.uri(table));
    }

    /**
     * Replaces days in one commit.
     *
     * @param rows of these days, {@link #inOrder}
     * @return the Delta version that it made
     */
    static long replace(Lake lake, Table table, Collection<LocalDate> days, Dataset<Row> rows) {
        rows.write()
                .format("delta")
                .mode("overwrite")
                .option("replaceWhere", Days.sql(days))
                .save(lake.uri(table));
        return lake.table(table).state().version();
    }

    /** The rows with the columns of the table's schema and no others. */
    static Dataset<Row> inOrder(Table table, Dataset<Row> rows) {
        return rows.select(
                Arrays.stream(schema(table).fieldNames()).map(functions::col).toArray(Column[]::new));
    }

    /** The contract's columns, then the day. */
    static StructType schema(Table table) {
        return SparkSchemas.of(table).add(Table.DAY, DataTypes.DateType);
    }
}
