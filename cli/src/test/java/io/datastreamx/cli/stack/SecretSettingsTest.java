package io.datastreamx.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --set} gives reaches every process of a stack and nobody else. */
@Timeout(600)
class SecretSettingsTest {
    private static final String SECRET = "correct-horse-battery";
    private static final StackState STATE =
            StackState.down(1, 2, 3, 4, Map.of("datastreamx.kafka.security.jaas", SECRET), null);

    @TempDir
    Path dir;

    @BeforeAll
    static void root() {
        System.setProperty("dsx.root", Repository.root().toString());
    }

    @AfterAll
    static void noRoot() {
        System.clearProperty("dsx.root");
    }

    private Home home() {
        return new Home(dir.resolve("home"));
    }

    private List<Program> programs() {
        Programs programs = new Programs(home(), STATE, Programs.Life.SHORT);
        List<Program> all = new ArrayList<>(programs.dispatchers());
        all.addAll(List.of(
                programs.broker(),
                programs.ingest(),
                programs.serving(),
                programs.router(1),
                programs.secondRouter(),
                programs.simulator(List.of()),
                programs.night(List.of())));
        return all;
    }

    @Test
    void noCommandLineHoldsOne() {
        assertThat(programs())
                .allSatisfy(program -> assertThat(program.command()).noneMatch(word -> word.contains(SECRET)));
    }

    @Test
    void everyProcessHasItInItsEnvironment() {
        assertThat(programs())
                .allSatisfy(program -> assertThat(program.process().environment())
                        .containsEntry("CONFIG_FORCE_datastreamx_kafka_security_jaas", SECRET)
                        .doesNotContainKey("DSX_SETTINGS"));
    }

    @Test
    void nothingPrintsOne() {
        assertThat(STATE.toString()).doesNotContain(SECRET).contains("datastreamx.kafka.security.jaas");
        assertThat(programs().toString()).doesNotContain(SECRET);
        assertThat(new StackSettings(home(), STATE).settings().toString()).doesNotContain(SECRET);
    }

    @Test
    void argumentsComeBackFromTheEnvironment() {
        Map<String, String> environment = Map.of("DSX_SETTINGS", "a.b=c d\u001ee=f=g\u001e");
        assertThat(GivenSettings.restore(new String[] {"up", "--home", "x"}, environment))
                .containsExactly("up", "--home", "x", "--set", "a.b=c d", "--set", "e=f=g");
        assertThat(GivenSettings.restore(new String[] {"simulate", "--", "--help"}, environment))
                .containsExactly("simulate", "--set", "a.b=c d", "--set", "e=f=g", "--", "--help");
        assertThat(GivenSettings.restore(new String[] {"status"}, Map.of())).containsExactly("status");
    }

    @Test
    void filesOfAHomeAreForTheirOwnerAlone() throws Exception {
        HomeLock.take(home()).close();
        STATE.write(home());
        assertThat(readableByOthers()).isEmpty();

        // As an earlier release left them.
        Files.setPosixFilePermissions(home().logs(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(home().dir(), PosixFilePermissions.fromString("rwxr-xr-x"));
        HomeLock.take(home()).close();
        assertThat(readableByOthers()).isEmpty();
    }

    @Test
    void whatAProcessAndItsLogCreateIsForTheOwnerAlone() throws Exception {
        HomeLock.take(home()).close();
        Program program = Program.verb("any", "NoSuchClass", List.of());
        List<String> touching = program.command().subList(0, program.command().indexOf("any") + 1);
        Program touch = new Program(
                "touch",
                Stream.concat(
                                touching.stream(),
                                Stream.of("/bin/touch", home().log("by-child").toString()))
                        .toList());
        assertThat(touch.loggingTo(home().log("touch")).start().waitFor()).isZero();
        assertThat(home().log("by-child")).exists();
        assertThat(readableByOthers()).isEmpty();
    }

    @Test
    void aFolderWithOtherThingsInItKeepsItsPermissions() throws Exception {
        Files.createDirectory(
                home().dir(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.createFile(home().dir().resolve("of-somebody"));
        HomeLock.take(home()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().dir())))
                .isEqualTo("rwxr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().logs())))
                .isEqualTo("rwx------");
    }

    private List<Path> readableByOthers() throws IOException {
        try (Stream<Path> all = Files.walk(home().dir())) {
            return all.filter(SecretSettingsTest::isOpen).toList();
        }
    }

    private static boolean isOpen(Path path) {
        try {
            return !PosixFilePermissions.toString(Files.getPosixFilePermissions(path))
                    .endsWith("------");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
