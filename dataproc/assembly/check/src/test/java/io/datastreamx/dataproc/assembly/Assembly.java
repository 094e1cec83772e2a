package io.datastreamx.dataproc.assembly;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What the build has left: jars of applications, and what a cluster of each Spark line has. */
final class Assembly {
    private Assembly() {}

    static Path jar(String application) {
        return existing(folder().resolve("assembly/" + application + "/target/" + application + ".jar"));
    }

    /** Spark itself, as a cluster has it. */
    static List<Path> spark(String line) {
        return classpath(line, "spark.classpath");
    }

    /** What a job brings along for this line. */
    static List<Path> libraries(String line) {
        return classpath(line, "libraries.classpath");
    }

    private static List<Path> classpath(String line, String file) {
        try {
            String list = Files.readString(existing(folder().resolve("spark-" + line + "/target/" + file)));
            return Arrays.stream(list.strip().split(":")).map(Path::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        return Repository.root().resolve("dataproc");
    }

    private static Path existing(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is not built; run: mvn verify -pl dataproc/assembly/check -am");
        }
        return file;
    }
}
