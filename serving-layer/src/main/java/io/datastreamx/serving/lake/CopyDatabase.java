package io.datastreamx.serving.lake;

import io.datastreamx.serving.report.Position;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBConnection;

/**
 * The DuckDB database of a {@link Copy}: in memory, one writer, any number of readers. A writer's transaction becomes
 * visible as a whole.
 *
 * <p>What reports read: {@code position}, a single row; {@code ledger}; {@code live}, a view of the live rows of
 * complete batches; {@code rollups}, a view of the rollups of the version in force. Behind them: a table of live rows,
 * a table of rollups for each version held, and {@code pending}, live rows whose batch has no ledger row yet.
 */
final class CopyDatabase implements AutoCloseable {
    private final DuckDBConnection writer;
    private String liveTable = "live_0";
    private int tables;

    interface Work {
        void run() throws SQLException;
    }

    CopyDatabase() {
        try {
            writer = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
        } catch (SQLException e) {
            throw new CopyException("DuckDB does not start: " + e.getMessage(), e);
        }
        try {
            execute("SET threads = 2");
            execute(
                    "CREATE TABLE ledger (ingest_batch BIGINT PRIMARY KEY, records_read BIGINT, accepted BIGINT, duplicate BIGINT, quarantined BIGINT, "
                            + "reused_ids BIGINT, absent BIGINT, lost BIGINT, lost_ranges VARCHAR, offsets VARCHAR, max_append_us BIGINT, completed_us BIGINT)");
            execute("CREATE TABLE pending (ingest_batch BIGINT, " + StoredColumns.definition() + ")");
            execute("CREATE TABLE " + liveTable + " (ingest_batch BIGINT, " + StoredColumns.definition() + ")");
            show("live", liveTable);
            execute("CREATE TABLE position (ingest_batch BIGINT, cut BIGINT, version VARCHAR)");
            execute("INSERT INTO position VALUES (-1, -1, NULL)");
        } catch (SQLException e) {
            close();
            throw new CopyException("DuckDB refuses the copy's tables: " + e.getMessage(), e);
        }
    }

    ReadTransaction read() {
        try {
            return ReadTransaction.begin(writer.duplicate());
        } catch (SQLException e) {
            throw new CopyException("no connection to the copy: " + e.getMessage(), e);
        }
    }

    /** All of it becomes visible at once, or nothing does. */
    void atomically(Work work) {
        try {
            writer.setAutoCommit(false);
            try {
                work.run();
                writer.commit();
            } catch (SQLException | RuntimeException e) {
                writer.rollback();
                throw e;
            } finally {
                writer.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new CopyException("a load failed and was undone: " + e.getMessage(), e);
        }
    }

    void addLedger(List<String> files) throws SQLException {
        execute(
                "INSERT INTO ledger SELECT ingest_batch, records_read, accepted, duplicate, quarantined, reused_ids, absent, lost, lost_ranges, "
                        + "offsets, epoch_us(max_append_time), epoch_us(completed_at) FROM " + Parquet.scan(files));
    }

    long lastBatch() throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(ingest_batch), -1) FROM ledger")) {
            row.next();
            return row.getLong(1);
        }
    }

    void addPending(List<String> files, long after) throws SQLException {
        execute("INSERT INTO pending SELECT ingest_batch, " + StoredColumns.fromParquet() + " FROM "
                + Parquet.scan(files) + " WHERE ingest_batch > " + after);
    }

    /** Moves the live rows of batches that are complete now to where reports see them. */
    void promote() throws SQLException {
        execute("INSERT INTO " + liveTable
                + " SELECT * FROM pending WHERE ingest_batch IN (SELECT ingest_batch FROM ledger)");
        execute("DELETE FROM pending WHERE ingest_batch IN (SELECT ingest_batch FROM ledger)");
    }

    /**
     * Keeps live rows after a batch only. They are copied: DuckDB gives back the memory of a dropped table, not that of
     * deleted rows.
     */
    void keepLiveAfter(long batch) throws SQLException {
        String old = liveTable;
        liveTable = "live_" + ++tables;
        execute("CREATE TABLE " + liveTable + " AS SELECT * FROM " + old + " WHERE ingest_batch > " + batch);
        show("live", liveTable);
        drop(old);
        execute("DELETE FROM pending WHERE ingest_batch <= " + batch);
    }

    /**
     * A version's rollups, sorted, so that a filter on time skips most of it. Nobody sees them before
     * {@link #bringIntoForce}.
     *
     * @return the table that holds them
     */
    String loadRollups(List<String> files) throws SQLException {
        String table = "rollups_" + ++tables;
        execute("CREATE TABLE " + table + " (" + StoredColumns.definition() + ")");
        if (!files.isEmpty()) {
            execute("INSERT INTO " + table + " SELECT " + StoredColumns.fromParquet() + " FROM " + Parquet.scan(files)
                    + " ORDER BY 1, 2");
        }
        return table;
    }

    void drop(String table) throws SQLException {
        execute("DROP TABLE " + table);
    }

    /** Lets reports see a version's rollups. */
    void bringIntoForce(String rollups) throws SQLException {
        show("rollups", rollups);
    }

    void moveTo(Position position) throws SQLException {
        try (var update = writer.prepareStatement("UPDATE position SET ingest_batch = ?, cut = ?, version = ?")) {
            update.setLong(1, position.ingestBatch());
            update.setLong(2, position.cut());
            update.setString(3, position.version().orElse(null));
            update.execute();
        }
    }

    static Position position(ResultSet row) throws SQLException {
        return new Position(
                row.getLong("ingest_batch"), row.getLong("cut"), Optional.ofNullable(row.getString("version")));
    }

    private void show(String view, String table) throws SQLException {
        execute("CREATE OR REPLACE VIEW " + view + " AS SELECT * FROM " + table);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (SQLException e) {
            throw new CopyException("the copy does not close: " + e.getMessage(), e);
        }
    }
}
