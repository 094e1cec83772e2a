package io.datastreamx.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A home's name and its place. */
class HomeTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"with space", "ü-日本", "a.b_c-d~e+f@g(h)", "-dash"})
    void namesThatMeanTheSameEverywhereAreTaken(String name) {
        HomeLock.take(new Home(dir.resolve(name))).close();
        assertThat(dir.resolve(name).resolve("run")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100%", "a%20b", "a#b", "a[1]", "a,b", "it's", "a:b", "a?b", "a*b", "a{b}", "a\\b", "a\"b", "$HOME",
                "a\nb"
            })
    void namesThatSomePartReadsOtherwiseAreRefusedBeforeAnythingIsMade(String name) {
        assertThatThrownBy(() -> HomeLock.take(new Home(dir.resolve(name))))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("--home")
                .matches(e -> ((CliException) e).exitCode() == ExitCode.WRONG_USE);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void aConfigurationFileInTheHomeGoesWhereTheHomeGoes() throws IOException {
        Home home = new Home(dir.resolve("home"));
        HomeLock.take(home).close();
        StackState state = StackState.down(1, 2, 3, 4, Map.of(), "my.conf");
        state.write(home);
        Files.move(home.dir(), dir.resolve("moved"));
        Home moved = new Home(dir.resolve("moved"));
        assertThat(StackState.read(moved).orElseThrow().config(moved))
                .contains(moved.dir().resolve("my.conf"));
        assertThat(state.config(home)).isEqualTo(Optional.of(home.dir().resolve("my.conf")));
    }

    @Test
    void aCopyDoesNotTakeTheProcessesOfItsOriginalForItsOwn() throws IOException {
        Home original = new Home(dir.resolve("original"));
        StackState.Worker self = StackState.Worker.of(ProcessHandle.current(), true);
        new StackState(1, 2, 3, 4, Map.of(), null, true, self, Map.of("ingest", self), List.of()).write(original);
        Home copy = new Home(dir.resolve("copy"));
        Files.createDirectories(copy.state().getParent());
        Files.copy(original.state(), copy.state());

        StackState ofCopy = StackState.read(copy).orElseThrow();
        assertThat(ofCopy.isUp()).isFalse();
        assertThat(Leftovers.end(ofCopy)).isZero();
        assertThat(ofCopy.kafkaPort()).isEqualTo(1);

        Files.move(original.dir(), dir.resolve("moved"));
        assertThat(StackState.read(new Home(dir.resolve("moved"))).orElseThrow().isUp())
                .as("renamed while it runs")
                .isTrue();
    }
}
