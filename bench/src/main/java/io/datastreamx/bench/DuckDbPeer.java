package io.datastreamx.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB in this JVM, in the version that serving embeds. */
final class DuckDbPeer implements RollupPeer {
    private static final String MINUTE = "epoch_us(counted_time) // 60000000";
    private static final RollupQuery QUERY = new RollupQuery(
            MINUTE,
            "make_timestamp(" + MINUTE + " * 60000000)",
            "CAST(make_timestamp(" + MINUTE + " * 60000000) AS DATE)",
            "BIGINT",
            "approx_count_distinct");

    private final Connection connection;

    DuckDbPeer() throws SQLException {
        this.connection = DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = " + THREADS);
        execute("SET TimeZone = 'UTC'");
        execute("SET preserve_insertion_order = false");
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
        execute(statement);
        return (System.nanoTime() - began) / 1e9;
    }

    String version() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version()")) {
            row.next();
            return row.getString(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
