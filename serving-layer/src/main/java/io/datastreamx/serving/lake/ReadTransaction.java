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

    /** Looks at the current row. */
    interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
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
        List<T> rows = new ArrayList<>();
        forEach(sql, values, row -> rows.add(reader.read(row)));
        return rows;
    }

    /** Shows one row after the other. */
    void forEach(String sql, List<Object> values, RowConsumer consumer) {
        try (Cursor cursor = open(sql, values)) {
            while (cursor.next()) {
                consumer.accept(cursor.row());
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    Cursor open(String sql, List<Object> values) {
        return new Cursor(sql, values);
    }

    private static CopyException failed(SQLException e) {
        return new CopyException("the copy could not answer: " + e.getMessage(), e);
    }

    /** The rows of an answer, of which one is looked at. */
    final class Cursor implements AutoCloseable {
        private final PreparedStatement statement;
        private final ResultSet result;

        private Cursor(String sql, List<Object> values) {
            PreparedStatement prepared = null;
            try {
                prepared = connection.prepareStatement(sql);
                for (int i = 0; i < values.size(); i++) {
                    prepared.setObject(i + 1, values.get(i));
                }
                result = prepared.executeQuery();
                statement = prepared;
            } catch (SQLException e) {
                close(prepared);
                throw failed(e);
            }
        }

        boolean next() {
            try {
                return result.next();
            } catch (SQLException e) {
                throw failed(e);
            }
        }

        ResultSet row() {
            return result;
        }

        @Override
        public void close() {
            close(statement);
        }

        private static void close(PreparedStatement statement) {
            try {
                if (statement != null) {
                    statement.close();
                }
            } catch (SQLException e) {
                throw failed(e);
            }
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
