package io.datastreamx.cli.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The log of one supervised process, for its owner alone. A disk that takes no more costs lines, never the process or
 * its watch: how many are missing is said when there is room again. Thread-safe.
 */
final class ProcessLog {
    private final Path file;
    private long missing;

    ProcessLog(Path file) {
        this.file = file;
    }

    /** Something that the supervisor says, or the process to the supervisor. */
    void note(String line) {
        append("[dsx] " + line);
    }

    synchronized void append(String line) {
        try {
            if (missing > 0) {
                write("[dsx] " + missing + " lines are missing here: they could not be written");
                missing = 0;
            }
            write(line);
        } catch (IOException e) {
            missing++;
        }
    }

    private void write(String line) throws IOException {
        OwnerOnly.file(file);
        Files.write(file, (line + "\n").getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    }
}
