package io.datastreamx.cli.demo;

import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;

/** A simulator that was started again listens on other ports; the policy must say so. */
final class AggregatorWatch {
    private final Home home;
    private final Stack stack;
    private FileTime known;

    AggregatorWatch(Home home, Stack stack) {
        this.home = home;
        this.stack = stack;
        this.known = written();
    }

    /** Publishes the aggregators again if their file has changed. */
    void look() {
        FileTime now = written();
        if (!now.equals(known)) {
            known = now;
            stack.publishAggregators(home.simulatedAggregators());
        }
    }

    private FileTime written() {
        try {
            return Files.getLastModifiedTime(home.simulatedAggregators());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
