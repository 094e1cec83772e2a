package io.datastreamx.serving.lake;

import io.datastreamx.serving.report.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A DuckDB transaction that only reads: all of it belongs to one {@link #position()}, whatever is loaded meanwhile. */
final class ReadTransaction implements AutoCloseable {
    private final Connection connection;
    private final QueryLimits limits;
    private final AtomicBoolean damaged;
    private final CopyPosition position;

    /** Turns the current row into a value. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at the current row. */
    interface RowConsumer {
        void accept(ResultSet row) throws SQLException;
    }

    private ReadTransaction(Connection connection, QueryLimits limits, AtomicBoolean damaged) throws SQLException {
        this.connection = connection;
        this.limits = limits;
        this.damaged = damaged;
        connection.setAutoCommit(false);
        this.position =
                rows("SELECT * FROM position", List.of(), CopyPosition::of).get(0);
    }

    /**
     * @param connection closed with the transaction, or at once where it cannot begin
     * @param damaged set where DuckDB finds that its file is
     */
    static ReadTransaction begin(Connection connection, QueryLimits limits, AtomicBoolean damaged) throws SQLException {
        try {
            return new ReadTransaction(connection, limits, damaged);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    Position position() {
        return position.reported();
    }

    /** The Delta version of {@code ad_opportunities} that belongs to it. */
    long opportunities() {
        return position.opportunities();
    }

    /** @param values bound to the question marks of {@code sql} */
    <T> List<T> rows(String sql, List<Object> values, RowReader<T> reader) {
        List<T> rows = new ArrayList<>();
        forEach(sql, values, row -> rows.add(reader.read(row)));
        return rows;
    }

    /**
     * Shows one row after the other, as DuckDB finds them; before the last is seen no other statement may begin.
     *
     * @throws io.datastreamx.serving.report.QueryLimitException where it takes too long, or too much memory
     */
    void forEach(String sql, List<Object> values, RowConsumer consumer) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (QueryLimits.Running running = limits.of(statement)) {
                show(statement, running, consumer);
            }
        } catch (SQLException e) {
            throw new CopyException("the copy could not answer", noticed(e));
        }
    }

    private void show(PreparedStatement statement, QueryLimits.Running running, RowConsumer consumer) {
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                running.check();
                consumer.accept(row);
            }
        } catch (SQLException e) {
            throw running.failed(noticed(e));
        }
    }

    private SQLException noticed(SQLException e) {
        if (CopyException.isDamage(e)) {
            damaged.set(true);
        }
        return e;
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw new CopyException("a look could not be ended", e);
        }
    }
}
