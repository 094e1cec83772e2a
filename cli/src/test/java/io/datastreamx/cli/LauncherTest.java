package io.datastreamx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code dsx} itself, in a project of its own whose folder has a space in its name, with a JDK and a Maven
 * that only write down what they were asked.
 */
@Timeout(600)
class LauncherTest {
    @TempDir
    Path dir;

    private Path root;
    private Path jdk;
    private Path bin;
    private Path builds;
    private String locale = "C";

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void project() throws IOException {
        root = Files.createDirectories(dir.resolve("a project"));
        bin = Files.createDirectories(dir.resolve("bin"));
        jdk = dir.resolve("jdk");
        builds = dir.resolve("builds");
        Files.copy(Path.of(System.getProperty("basedir")).resolveSibling("dsx"), root.resolve("dsx"));
        executable(root.resolve("dsx"), Files.readString(root.resolve("dsx")));
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nfor last in \"$@\"; do :; done\necho \"ran $last\"\n");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        maven("true");
        source("class A {}");
    }

    private void maven(String after) throws IOException {
        executable(bin.resolve("mvn"), """
                #!/bin/sh
                case "$*" in *-v*) echo "Apache Maven 3.9.1"; exit;; esac
                echo "$*" >> '%s'
                mkdir -p cli/target/classes
                echo x.jar > cli/target/runtime.classpath
                %s
                """.formatted(builds, after));
    }

    private void source(String text) throws IOException {
        Path source = root.resolve("cli/src/main/java/A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, text);
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("dsx").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().remove("DSX_BUILD");
        List.of("LC_ALL", "LC_CTYPE").forEach(builder.environment()::remove);
        builder.environment().put("LANG", locale);
        return builder.start();
    }

    private Outcome run(String... args) throws Exception {
        return outcome(start(args));
    }

    private static Outcome outcome(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, err);
    }

    private int builds() throws IOException {
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    @Test
    void buildsOnFirstUseAndAgainOnlyWhenSourcesChange() throws Exception {
        Outcome first = run("status");
        String asked = Files.readString(builds);
        assertTrue(asked.contains("-Dmaven.test.skip=true -Dstyle.color=never -pl cli,"), asked);
        assertTrue(asked.endsWith("-am process-classes\n"), asked);
        assertEquals(new Outcome(0, "ran status\n", first.err()), first);
        assertTrue(first.err().contains("building"), first.err());
        assertEquals("", run("status").err());
        assertEquals(1, builds());

        source("class A { int changed; }");
        assertTrue(run("status").err().contains("sources have changed"));
        assertEquals(2, builds());

        Files.delete(root.resolve("cli/src/main/java/A.java"));
        run("status");
        assertEquals(3, builds());
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        maven("echo '[ERROR] A.java: no semicolon'; exit 1");
        Outcome failed = run("status");
        assertEquals(1, failed.code());
        assertTrue(failed.err().contains("no semicolon"), failed.err());
        maven("true");
        assertEquals(0, run("status").code());
        assertEquals(2, builds());
    }

    @Test
    void whatSetGivesDoesNotStandInTheArgumentsOfTheProcess() throws Exception {
        executable(
                jdk.resolve("bin/java"),
                "#!/bin/sh\nwhile [ \"$1\" != io.datastreamx.cli.Dsx ]; do shift; done\necho \"$*\"\nprintf '%s' \"$DSX_SETTINGS\" | tr '\\036' '|'\n");
        run("status");
        assertEquals(
                "io.datastreamx.cli.Dsx up --home a b --json\nx=my secret|y=2|",
                run("up", "--set", "x=my secret", "--home", "a b", "--set=y=2", "--json")
                        .out());
        assertEquals(
                "io.datastreamx.cli.Dsx simulate -- --set z\n",
                run("simulate", "--", "--set", "z").out());
        assertEquals("io.datastreamx.cli.Dsx up --set\n", run("up", "--set").out());
    }

    @Test
    void withoutALocaleFilesMayHaveAnyNameAllTheSame() throws Exception {
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s' \"$LC_ALL\"\n");
        run("status");
        assertEquals("C.UTF-8", run("status").out());
        locale = "de_DE.utf8";
        assertEquals("", run("status").out());
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        maven("sleep 1");
        List<Process> both = List.of(start("one"), start("two"));
        assertEquals("ran one\n", outcome(both.get(0)).out());
        assertEquals("ran two\n", outcome(both.get(1)).out());
        assertEquals(1, builds());
    }

    @Test
    void anOldMavenIsRefused() throws Exception {
        executable(bin.resolve("mvn"), "#!/bin/sh\necho 'Apache Maven 3.6.3'\n");
        Outcome refused = run("status");
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("3.8.7"), refused.err());
    }

    @Test
    void testsRunOnBothLinesAndEndWithTheCounts() throws Exception {
        executable(bin.resolve("mvn"), """
                #!/bin/sh
                case "$*" in *-v*) echo "Apache Maven 3.9.1"; exit;; esac
                echo "$*" >> '%s'
                echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in A'
                echo '[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1'
                mkdir -p a/target/surefire-reports
                echo '<testsuite version="3.0.2" name="a.SlowTest" time="1,012.5" tests="3">' > a/target/surefire-reports/TEST-a.SlowTest.xml
                case "$*" in *spark-4.0*) echo '[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 0'; exit 1;; esac
                """.formatted(builds));
        executable(bin.resolve("chromium"), "#!/bin/sh\n");
        Outcome tests = run("test");
        assertEquals(1, tests.code());
        assertTrue(tests.out().contains("[ERROR] Tests run: 4, Failures: 1"), tests.out());
        assertTrue(tests.out().endsWith("6 passed, 2 failed, 2 skipped\n"), tests.out());
        List<String> asked = Files.readAllLines(builds);
        assertEquals(3, asked.size());
        assertTrue(asked.get(0).contains("process-classes"), asked.toString());
        assertTrue(asked.stream().anyMatch(line -> line.endsWith("verify")), asked.toString());
        assertTrue(asked.stream().anyMatch(line -> line.contains("-Pspark-4.0,!checks test")), asked.toString());
        assertTrue(tests.out().contains("  1012.5  a.SlowTest\n"), tests.out());

        assertEquals(0, run("test", "--quick").code());
    }
}
