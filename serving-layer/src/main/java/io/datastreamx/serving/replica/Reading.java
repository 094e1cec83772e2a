package io.datastreamx.serving.replica;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One consistent look at the copy: a DuckDB transaction. All that is read through it is of one {@link #position()}, whatever is loaded meanwhile. */
public final class Reading implements AutoCloseable {
    private final Connection connection;
    private final Position position;

    /** Turns the current row into a value. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Reading(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        this.position = rows("SELECT * FROM state", List.of(), Store::position).get(0);
    }

    public Position position() {
        return position;
    }

    /** @param values bound to the question marks of {@code sql} */
    public <T> List<T> rows(String sql, List<Object> values, RowReader<T> reader) {
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
            throw new CopyException("a reading could not be ended: " + e.getMessage(), e);
        }
    }
}
