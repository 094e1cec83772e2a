package io.datastreamx.serving.lake;

import io.datastreamx.serving.report.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A DuckDB transaction that only reads: all of it belongs to one {@link #position()}, whatever is loaded meanwhile. */
final class ReadTransaction implements AutoCloseable {
    private final Connection connection;
    private final Position position;

    /** Turns the current row into a value. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private ReadTransaction(Connection connection, Position position) {
        this.connection = connection;
        this.position = position;
    }

    /** @param connection closed with the transaction, or at once where it cannot begin */
    static ReadTransaction begin(Connection connection) throws SQLException {
        try {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM position");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new ReadTransaction(connection, CopyDatabase.position(row));
            }
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    Position position() {
        return position;
    }

    /** @param values bound to the question marks of {@code sql} */
    <T> List<T> rows(String sql, List<Object> values, RowReader<T> reader) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new CopyException("the copy could not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw new CopyException("a look could not be ended: " + e.getMessage(), e);
        }
    }
}
