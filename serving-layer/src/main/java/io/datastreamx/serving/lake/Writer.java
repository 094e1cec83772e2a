package io.datastreamx.serving.lake;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one connection that writes to a copy's file; those that read are made from it. Not thread-safe. */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    /** What a question may put on disk, in limits of memory: a disk that is full would end more than the question. */
    private static final int MEMORIES_ON_DISK = 16;

    private final DuckDBConnection connection;

    interface Work {
        void run() throws SQLException;
    }

    private Writer(DuckDBConnection connection) {
        this.connection = connection;
    }

    /** @param temporary folder for what does not fit into memory */
    static Writer open(Path file, Path temporary, CopySettings settings) throws SQLException {
        Properties properties = new Properties();
        properties.put("threads", "2");
        properties.put("memory_limit", bytes(settings.memoryLimit()));
        properties.put("temp_directory", temporary.toString());
        properties.put("max_temp_directory_size", bytes(MEMORIES_ON_DISK * settings.memoryLimit()));
        // Rows of an answer are taken one after the other, so none is held as a whole.
        properties.put(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        return new Writer((DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, properties));
    }

    private static String bytes(long bytes) {
        return bytes + "B";
    }

    Connection reading() throws SQLException {
        return connection.duplicate();
    }

    /** All of it becomes visible at once, or nothing does. */
    void atomically(Work work) {
        try {
            connection.setAutoCommit(false);
            try {
                work.run();
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                rollBack(e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new CopyException("a load failed and was undone", e);
        }
    }

    private void rollBack(Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** @param values bound to the question marks of {@code sql} */
    void execute(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            statement.execute();
        }
    }

    <T> List<T> rows(String sql, ReadTransaction.RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    long number(String sql) throws SQLException {
        return rows(sql, row -> row.getLong(1)).get(0);
    }

    private PreparedStatement prepare(String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** Gives the room of deleted rows back to the file. While others read it only the log is taken over. */
    void tidy() {
        try {
            execute("CHECKPOINT");
        } catch (SQLException e) {
            LOG.debug("the copy's file is tidied another time: {}", e.getMessage());
        }
    }

    /** @throws SQLException where the file is shorter than what it says of itself */
    void checkLength(Path file) throws SQLException {
        if (file.toFile().length() < number("SELECT block_size * total_blocks FROM pragma_database_size()")) {
            throw new SQLException("it is cut off");
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new CopyException("the copy does not close", e);
        }
    }
}
