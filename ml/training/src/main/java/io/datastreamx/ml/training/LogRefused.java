package io.datastreamx.ml.training;

/**
 * The log holds what cannot be, so nothing is learned from it and what is in force stays. Names the column, and where
 * there is one the request.
 */
public final class LogRefused extends RuntimeException {
    LogRefused(String column, String what) {
        super("the decision log is refused, column " + column + ": " + what
                + ". What is in force stays in force; nothing was learned from this log");
    }
}
