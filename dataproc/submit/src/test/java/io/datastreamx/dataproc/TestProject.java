package io.datastreamx.dataproc;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A project with the committed specs, and stand-ins for the jars that a build would leave (their content does not
 * matter here).
 */
final class TestProject {
    private TestProject() {}

    static Path in(Path folder) throws IOException {
        Path committed = Repository.root().resolve("dataproc");
        Path dataproc = folder.resolve("dataproc");
        for (String part : new String[] {"environments", "jobs"}) {
            Files.createDirectories(dataproc.resolve(part));
            try (Stream<Path> files = Files.list(committed.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, dataproc.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Files.copy(committed.resolve("runtimes.conf"), dataproc.resolve("runtimes.conf"));
        Files.copy(committed.resolve("prices.json"), dataproc.resolve("prices.json"));
        for (String app : new String[] {"night", "ingest", "routing"}) {
            Path target = Files.createDirectories(dataproc.resolve("assembly/" + app + "/target"));
            Files.writeString(target.resolve(app + ".jar"), "the application " + app);
        }
        for (String line : new String[] {"4.0", "4.1"}) {
            Path target = Files.createDirectories(dataproc.resolve("spark-" + line + "/target"));
            Path library = Files.writeString(target.resolve("library-" + line + ".jar"), "a library for " + line);
            Files.writeString(target.resolve("libraries.classpath"), library.toString());
        }
        return folder;
    }

    /** Replaces text in one of its files, which must be there. */
    static void edit(Path project, String file, String old, String replacement) throws IOException {
        Path path = project.resolve("dataproc").resolve(file);
        String text = Files.readString(path);
        if (!text.contains(old)) {
            throw new IllegalArgumentException(file + " has no '" + old + "'");
        }
        Files.writeString(path, text.replace(old, replacement));
    }
}
