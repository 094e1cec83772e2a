package io.datastreamx.serving.lake;

import java.sql.SQLException;

/** The DuckDB copy failed. Nothing is lost: it holds nothing that the lake does not, and is built again. */
public final class CopyException extends RuntimeException {
    private final transient SQLException failure;

    CopyException(String what, SQLException failure) {
        super(what + ": " + failure.getMessage(), failure);
        this.failure = failure;
    }

    /** What failed may succeed when others have ended. */
    boolean isOutOfMemory() {
        return isOutOfMemory(failure);
    }

    /** Another process has opened the file. */
    boolean isLocked() {
        return contains(failure, "Could not set lock on file");
    }

    /** DuckDB says so too where it may not put on disk what does not fit into memory. */
    static boolean isOutOfMemory(SQLException failure) {
        return contains(failure, "Out of Memory Error");
    }

    /** The file is not as it was written, or its database gave up. */
    static boolean isDamage(SQLException failure) {
        return contains(failure, "Corrupt database file")
                || contains(failure, "has been invalidated")
                || contains(failure, "Could not read enough bytes from file") && contains(failure, ".duckdb\"");
    }

    private static boolean contains(SQLException failure, String text) {
        return failure.getMessage() != null && failure.getMessage().contains(text);
    }
}
