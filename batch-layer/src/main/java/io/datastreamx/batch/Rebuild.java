package io.datastreamx.batch;

import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Builds the version's tables from the raw log. A half-written attempt is removed first; nobody reads the version
 * before it is published.
 */
final class Rebuild implements Step {
    /** @param lateDuplicates accepted events that do not count */
    record Result(long lateDuplicates) {}

    private static final String FILE_STATISTICS = "spark.databricks.delta.stats.collect";

    @Override
    public Outcome run(Night night) {
        Lake lake = night.lake();
        String version = night.sealed().version();
        lake.files().deleteFolder(lake.versionFolder(version));
        CountedEvents counted = night.counted().get();
        // Serving loads these tables whole, so statistics of their files would help nobody.
        night.spark().get().conf().set(FILE_STATISTICS, false);
        try {
            write(night, version, Table.BATCH_ROLLUPS, RollupAggregation.aggregate(counted.rows()));
            write(night, version, Table.AD_OPPORTUNITIES, Opportunities.of(counted.rows()));
        } finally {
            night.spark().get().conf().unset(FILE_STATISTICS);
        }
        return Outcome.done(new Result(counted.lateDuplicates()));
    }

    /**
     * Creates the table with the contract's columns, so that its schema is the contract's and not what Spark derives
     * from the query.
     */
    private static void write(Night night, String version, Table contract, Dataset<Row> rows) {
        DeltaTable table = night.lake().table(version, contract);
        table.createIfAbsent();
        Column[] columns = contract.columnNames().stream().map(functions::col).toArray(Column[]::new);
        rows.select(columns).write().format("delta").mode("append").save(table.uri());
    }
}
