package io.datastreamx.bench;

import java.nio.file.Path;
import java.sql.SQLException;

/** DuckDB, which reads the files and writes its answers itself. */
final class DuckDbPeer implements RollupPeer {
    private static final String MINUTE = "epoch_us(counted_time) // 60000000";
    private static final RollupQuery QUERY = new RollupQuery(
            MINUTE,
            "make_timestamp(" + MINUTE + " * 60000000)",
            "CAST(make_timestamp(" + MINUTE + " * 60000000) AS DATE)",
            "BIGINT",
            "approx_count_distinct");

    private final DuckDb duckDb;

    DuckDbPeer() throws SQLException {
        this.duckDb = new DuckDb("", THREADS);
        duckDb.execute("SET preserve_insertion_order = false");
    }

    @Override
    public String id() {
        return "duckdb";
    }

    @Override
    public String title() {
        return "DuckDB";
    }

    @Override
    public double run(String log, Path answers) throws SQLException {
        String statement = "COPY (" + QUERY.over("read_parquet('" + log + "')") + ") TO '" + answers
                + "' (FORMAT parquet, PARTITION_BY (day), COMPRESSION snappy, OVERWRITE_OR_IGNORE)";
        long began = System.nanoTime();
        duckDb.execute(statement);
        return (System.nanoTime() - began) / 1e9;
    }

    String version() throws SQLException {
        return duckDb.query("SELECT version()", row -> {
            row.next();
            return row.getString(1);
        });
    }

    @Override
    public void close() throws SQLException {
        duckDb.close();
    }
}
