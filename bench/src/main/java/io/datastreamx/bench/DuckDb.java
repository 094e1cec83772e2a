package io.datastreamx.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A DuckDB in this JVM, in the version that serving embeds, with UTC as its time zone. */
final class DuckDb implements AutoCloseable {
    /** Takes what a query found. */
    interface Reader<T> {
        T read(ResultSet found) throws SQLException;
    }

    private final Connection connection;

    /** @param file empty for one in memory */
    DuckDb(String file, int threads) throws SQLException {
        this.connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        execute("SET threads = " + threads);
        execute("SET TimeZone = 'UTC'");
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    <T> T query(String sql, Reader<T> reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return reader.read(found);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
