package io.datastreamx.serving.lake;

import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DuckDB database of a {@link Copy}: in a file, so that memory does not grow with history; one writer, any number
 * of readers. A writer's transaction becomes visible as a whole.
 *
 * <p>What reports read: {@code position}, a single row; {@code ledger}; {@code live}, the live rows of complete
 * batches; {@code rollups}, a view of {@link BatchParts}. Behind them {@code pending}, live rows whose batch has no
 * ledger row yet. Only the parts outlive a start: all else is as much as came in since the last night, and the ledger.
 */
final class CopyDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyDatabase.class);

    private final CopyFile file;
    private final Writer writer;
    private final BatchParts parts;
    private final AtomicBoolean damaged = new AtomicBoolean();

    private CopyDatabase(CopyFile file, Writer writer) throws SQLException {
        this.file = file;
        this.writer = writer;
        if (writer.number("SELECT count(*) FROM duckdb_tables()") == 0) {
            Edition.write(writer);
            this.parts = BatchParts.create(writer);
        } else {
            Edition.check(writer);
            writer.checkLength(file.data());
            this.parts = BatchParts.of(writer);
        }
        writer.atomically(this::begin);
    }

    /** Goes on from a file of the folder that nobody uses, or builds a new one. */
    static CopyDatabase open(CopyFolder folder, CopySettings settings) {
        Optional<CopyDatabase> left = folder.left().flatMap(file -> goOnFrom(file, settings));
        CopyDatabase database = left.orElseGet(() -> open(folder.fresh(), settings));
        try {
            folder.clean();
        } catch (UncheckedIOException e) {
            LOG.warn("what earlier copies left stays where it is: {}", e.getMessage());
        }
        return database;
    }

    private static Optional<CopyDatabase> goOnFrom(CopyFile file, CopySettings settings) {
        try {
            return Optional.of(open(file, settings));
        } catch (CopyException e) {
            LOG.warn("{}; another file is built", e.getMessage());
            return Optional.empty();
        }
    }

    private static CopyDatabase open(CopyFile file, CopySettings settings) {
        try {
            Writer writer = Writer.open(file.data(), file.temporary(), settings);
            try {
                return new CopyDatabase(file, writer);
            } catch (SQLException | RuntimeException e) {
                writer.close();
                throw e;
            }
        } catch (SQLException e) {
            throw givenUp(file, new CopyException("cannot use " + file.data() + " for the copy", e));
        } catch (CopyException e) {
            throw givenUp(file, e);
        }
    }

    private static CopyException givenUp(CopyFile file, CopyException why) {
        try (file) {
            if (!why.isLocked()) {
                file.delete();
            }
        }
        return why;
    }

    private void begin() throws SQLException {
        for (String table : List.of("ledger", "pending", "live", "position")) {
            writer.execute("DROP TABLE IF EXISTS " + table);
        }
        writer.execute(
                "CREATE TABLE ledger (ingest_batch BIGINT, records_read BIGINT, accepted BIGINT, duplicate BIGINT, quarantined BIGINT, "
                        + "reused_ids BIGINT, absent BIGINT, lost BIGINT, lost_ranges VARCHAR, offsets VARCHAR, max_append_us BIGINT, completed_us BIGINT)");
        writer.execute("CREATE TABLE pending (ingest_batch BIGINT, " + StoredColumns.definition() + ")");
        writer.execute("CREATE TABLE live (ingest_batch BIGINT, " + StoredColumns.definition() + ")");
        writer.execute("CREATE TABLE position (" + CopyPosition.COLUMNS + ")");
        writer.execute("INSERT INTO position VALUES (?, ?, ?, ?, ?, ?)", CopyPosition.NOTHING.values());
        parts.show(List.of());
    }

    BatchParts parts() {
        return parts;
    }

    ReadTransaction read(QueryLimits limits) {
        try {
            return ReadTransaction.begin(writer.reading(), limits, damaged);
        } catch (SQLException e) {
            throw new CopyException("no connection to the copy", e);
        }
    }

    /** Whether a reader found that the file is not as it was written. */
    boolean isDamaged() {
        return damaged.get();
    }

    /** All of it becomes visible at once, or nothing does. */
    void atomically(Writer.Work work) {
        writer.atomically(work);
    }

    /** The largest batch in files of the ledger, or -1. */
    long lastBatch(List<String> files) {
        try {
            return files.isEmpty()
                    ? -1
                    : writer.number("SELECT coalesce(max(ingest_batch), -1) FROM " + Parquet.scan(files));
        } catch (SQLException e) {
            throw new CopyException("the ledger cannot be read", e);
        }
    }

    /**
     * A batch that is there twice would count twice: that its rows differ from all others is looked at, not kept up.
     */
    void addLedger(List<String> files) throws SQLException {
        writer.execute(
                "INSERT INTO ledger SELECT ingest_batch, records_read, accepted, duplicate, quarantined, reused_ids, absent, lost, lost_ranges, "
                        + "offsets, epoch_us(max_append_time), epoch_us(completed_at) FROM " + Parquet.scan(files));
        long first = writer.number("SELECT coalesce(min(ingest_batch), 0) FROM " + Parquet.scan(files));
        if (writer.number("SELECT count(*) - count(DISTINCT ingest_batch) FROM ledger WHERE ingest_batch >= " + first)
                > 0) {
            throw new IllegalStateException("the ledger names a batch twice");
        }
    }

    void addPending(List<String> files, long after) throws SQLException {
        writer.execute("INSERT INTO pending SELECT ingest_batch, " + StoredColumns.fromParquet() + " FROM "
                + Parquet.scan(files) + " WHERE ingest_batch > " + after);
    }

    /** Moves the live rows of batches that are complete now to where reports see them. */
    void promote() throws SQLException {
        long first = writer.number("SELECT coalesce(min(ingest_batch), -1) FROM pending");
        String complete = "ingest_batch IN (SELECT ingest_batch FROM ledger WHERE ingest_batch >= " + first + ")";
        writer.execute("INSERT INTO live SELECT * FROM pending WHERE " + complete);
        writer.execute("DELETE FROM pending WHERE " + complete);
    }

    /** Keeps live rows after a batch only. */
    void keepLiveAfter(long batch) throws SQLException {
        writer.execute("DELETE FROM live WHERE ingest_batch <= " + batch);
        writer.execute("DELETE FROM pending WHERE ingest_batch <= " + batch);
    }

    void moveTo(CopyPosition position) throws SQLException {
        writer.execute(
                "UPDATE position SET ingest_batch = ?, cut = ?, version = ?, minutes_from = ?, hours_from = ?, opportunities = ?",
                position.values());
    }

    void tidy() {
        writer.tidy();
    }

    /** The next copy may go on from the file. */
    @Override
    public void close() {
        try (file) {
            writer.close();
        }
    }

    /** Nobody will go on from the file. */
    void discard() {
        try (file) {
            writer.close();
            file.delete();
        }
    }
}
