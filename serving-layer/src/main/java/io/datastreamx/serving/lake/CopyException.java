package io.datastreamx.serving.lake;

/** The DuckDB copy failed. Nothing is lost: it holds nothing that the lake does not, and is built again. */
public final class CopyException extends RuntimeException {
    CopyException(String message, Throwable cause) {
        super(message, cause);
    }
}
