package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With a real JVM and a library of ours: its first start leaves a list, later ones load from the archive. */
@Timeout(600)
class ClassArchivesTest {
    @TempDir
    Path root;

    private ClassArchives archives;
    private Path library;

    @BeforeEach
    void project() throws Exception {
        archives = new ClassArchives(root);
        Files.writeString(root.resolve("spark-jvm.options"), "-Duser.timezone=UTC\n");
        library = Files.copy(
                Path.of(CommandLine.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                root.resolve("library.jar"));
    }

    @Test
    void theSecondStartLoadsTheLibrarysClassesFromTheArchive() throws Exception {
        assertTrue(!loadedShared(start()), "nothing is archived yet");
        archives.makeAll();
        assertTrue(loadedShared(start()), "from the archive");
        assertEquals(1, count(".jsa"));
        assertEquals(0, count(".classlist"));
    }

    @Test
    void anArchiveOfAnotherLibraryOrABrokenOneCostsTimeOnly() throws Exception {
        start();
        archives.makeAll();
        try (Stream<Path> files = Files.list(root.resolve("target/dsx/classes"))) {
            Path archive = files.filter(file -> file.toString().endsWith(".jsa"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(archive, "not an archive");
        }
        assertTrue(!loadedShared(start()), "a broken one is not used");
        Files.setLastModifiedTime(library, FileTime.fromMillis(1));
        assertTrue(!loadedShared(start()), "another library has no archive");
        archives.makeAll();
        assertTrue(loadedShared(start()), "until one is made");
        assertEquals(1, count(".jsa"), "the old one is gone");
    }

    /** What the JVM says about the classes that it loads; the program itself ends well. */
    private String start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Program.java()));
        command.addAll(archives.options("library", List.of(library)));
        command.addAll(List.of("-Xlog:class+load", "-cp", library.toString(), "picocli.AutoComplete", "--help"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    private static boolean loadedShared(String log) {
        return log.lines().anyMatch(line -> line.contains(" picocli.CommandLine ") && line.contains("shared objects"));
    }

    private int count(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("target/dsx/classes"))) {
            return (int) files.filter(file -> file.toString().endsWith(suffix)).count();
        }
    }
}
