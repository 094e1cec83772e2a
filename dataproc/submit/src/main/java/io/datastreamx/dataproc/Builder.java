package io.datastreamx.dataproc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Builds jars with Maven, as the launcher does. */
final class Builder {
    private Builder() {}

    static void build(Path project, String modules) throws InterruptedException {
        Path log = project.resolve("target/submit-build.log");
        try {
            java.nio.file.Files.createDirectories(log.getParent());
            int exit = new ProcessBuilder(List.of("mvn", "-B", "-q", "-DskipTests", "package", "-am", "-pl", modules))
                    .directory(project.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw SubmitException.failed("the build failed; see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start mvn; ./dsx doctor says what is missing", e);
        }
    }
}
