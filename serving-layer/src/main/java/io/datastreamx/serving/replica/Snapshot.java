package io.datastreamx.serving.replica;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One consistent look at the copy: a DuckDB transaction. All that is read through it belongs to one
 * {@link #contents()}, whatever is loaded meanwhile.
 */
final class Snapshot implements AutoCloseable {
    private final Connection connection;
    private final Contents contents;

    /** Turns the current row into a value. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Snapshot(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.contents = rows("SELECT * FROM state", List.of(), Store::contents).get(0);
    }

    Contents contents() {
        return contents;
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
