package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.time.LocalDate;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Reading the batch tables with Spark. */
final class BatchTables {
    private BatchTables() {}

    /** A batch table as one of its Delta versions has it. */
    static Dataset<Row> read(SparkSession spark, Lake lake, Table table, long version) {
        return NamedFiles.read(spark, table, lake.table(table).state(version));
    }

    /** How many rows each day has. */
    static SortedMap<LocalDate, Long> count(Dataset<Row> rows) {
        SortedMap<LocalDate, Long> counts = new TreeMap<>();
        rows.groupBy(col(Table.DAY))
                .agg(functions.count(functions.lit(1)))
                .collectAsList()
                .forEach(row -> counts.put(row.<java.sql.Date>getAs(0).toLocalDate(), row.getLong(1)));
        return counts;
    }
}
