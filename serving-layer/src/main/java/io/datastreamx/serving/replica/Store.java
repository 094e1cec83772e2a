package io.datastreamx.serving.replica;

import io.datastreamx.serving.report.Position;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBConnection;

/**
 * The DuckDB database behind a {@link Replica}: in memory, one writer, any number of readers. A writer's transaction
 * becomes visible as a whole.
 *
 * <p>Tables: {@code ledger}; {@code pending} (live rows whose batch has no ledger row yet, never read by reports); one
 * table of live rows of complete batches; one table of rollups per version held; {@code state}, a single row that says
 * which of them count.
 */
final class Store implements AutoCloseable {
    private final DuckDBConnection writer;

    /** One row of the versions table. */
    record VersionRow(String action, String version, long cut) {}

    interface Work {
        void run() throws SQLException;
    }

    Store() {
        try {
            writer = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            execute("SET threads = 2");
            execute(
                    "CREATE TABLE ledger (ingest_batch BIGINT PRIMARY KEY, records_read BIGINT, accepted BIGINT, duplicate BIGINT, quarantined BIGINT, "
                            + "offsets VARCHAR, max_append_us BIGINT, completed_us BIGINT)");
            execute("CREATE TABLE pending (ingest_batch BIGINT, " + StoredColumns.definition() + ")");
            execute("CREATE TABLE " + Contents.FIRST_LIVE + " (ingest_batch BIGINT, " + StoredColumns.definition()
                    + ")");
            execute(
                    "CREATE TABLE state (ingest_batch BIGINT, cut BIGINT, version VARCHAR, rollups VARCHAR, live VARCHAR)");
            execute("INSERT INTO state VALUES (-1, -1, NULL, NULL, '" + Contents.FIRST_LIVE + "')");
        } catch (SQLException e) {
            throw new CopyException("DuckDB does not start: " + e.getMessage(), e);
        }
    }

    Snapshot read() {
        try {
            return new Snapshot(writer.duplicate());
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
                "INSERT INTO ledger SELECT ingest_batch, records_read, accepted, duplicate, quarantined, offsets, epoch_us(max_append_time), "
                        + "epoch_us(completed_at) FROM " + Parquet.scan(files));
    }

    long lastBatch() throws SQLException {
        return number("SELECT coalesce(max(ingest_batch), -1) FROM ledger");
    }

    /** In the order in which they were written. */
    List<VersionRow> versions(List<String> files) throws SQLException {
        List<VersionRow> rows = new java.util.ArrayList<>();
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT action, version, cut FROM " + Parquet.scan(files) + " ORDER BY \"at\"")) {
            while (row.next()) {
                rows.add(new VersionRow(row.getString(1), row.getString(2), row.getLong(3)));
            }
        }
        return rows;
    }

    void addPending(List<String> files, long after) throws SQLException {
        execute("INSERT INTO pending SELECT ingest_batch, " + StoredColumns.fromParquet() + " FROM "
                + Parquet.scan(files) + " WHERE ingest_batch > " + after);
    }

    /** Moves the live rows of batches that are complete now to where reports see them. */
    void promote(String live) throws SQLException {
        execute("INSERT INTO " + live
                + " SELECT * FROM pending WHERE ingest_batch IN (SELECT ingest_batch FROM ledger)");
        execute("DELETE FROM pending WHERE ingest_batch IN (SELECT ingest_batch FROM ledger)");
    }

    /** Sorted, so that a filter on time skips most of it. */
    void loadRollups(String table, List<String> files) throws SQLException {
        execute("CREATE TABLE " + table + " (" + StoredColumns.definition() + ")");
        if (!files.isEmpty()) {
            execute("INSERT INTO " + table + " SELECT " + StoredColumns.fromParquet() + " FROM " + Parquet.scan(files)
                    + " ORDER BY 1, 2");
        }
    }

    /** Copies what is kept: DuckDB gives back the memory of a dropped table, not that of deleted rows. */
    void copyLive(String from, String to, long after) throws SQLException {
        execute("CREATE TABLE " + to + " AS SELECT * FROM " + from + " WHERE ingest_batch > " + after);
        drop(from);
        execute("DELETE FROM pending WHERE ingest_batch <= " + after);
    }

    void drop(String table) throws SQLException {
        execute("DROP TABLE " + table);
    }

    void state(Contents contents) throws SQLException {
        try (var update = writer.prepareStatement(
                "UPDATE state SET ingest_batch = ?, cut = ?, version = ?, rollups = ?, live = ?")) {
            update.setLong(1, contents.position().ingestBatch());
            update.setLong(2, contents.position().cut());
            update.setString(3, contents.position().version().orElse(null));
            update.setString(4, contents.rollups().orElse(null));
            update.setString(5, contents.live());
            update.execute();
        }
    }

    static Contents contents(ResultSet row) throws SQLException {
        return new Contents(
                new Position(
                        row.getLong("ingest_batch"), row.getLong("cut"), Optional.ofNullable(row.getString("version"))),
                Optional.ofNullable(row.getString("rollups")),
                row.getString("live"));
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
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
