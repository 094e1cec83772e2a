package io.datastreamx.serving.lake;

import io.datastreamx.config.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the copy of the lake is kept and asked.
 *
 * @param folder of its files, which are disposable; made when the first is
 * @param isKept whether the next start goes on from them
 * @param memoryLimit bytes that DuckDB may take for everything that it does at a time
 * @param queryTimeout after which a question is ended
 */
public record CopySettings(Path folder, boolean isKept, long memoryLimit, Duration queryTimeout) {
    private static final String FOLDER = "serving";

    public static CopySettings of(Settings settings) {
        return new CopySettings(
                Path.of(settings.home(), FOLDER),
                true,
                settings.serving().memoryLimit(),
                settings.serving().queryTimeout());
    }

    /** A copy that leaves nothing behind, with the limits that are the defaults. */
    static CopySettings temporary() {
        try {
            return new CopySettings(Files.createTempDirectory(FOLDER), false, 512L << 20, Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for the copy", e);
        }
    }
}
