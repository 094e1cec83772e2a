package io.datastreamx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each life in a JVM of its own: what counts is what the operating system and the supervisor see. */
class ApplicationTest {
    @TempDir
    private Path folder;

    @Test
    void aStopThatWasAskedForClosesAndEndsWith0() throws Exception {
        try (Child child = Child.start(folder, "serves")) {
            child.awaitReady();
            child.terminate();
            assertEquals(0, child.exitCode(), () -> errors(child));
            assertEquals(
                    "READY sample\nclosed\n", child.stdout(), "ready is told once, and closing comes before the end");
        }
    }

    @Test
    void itsTimeBeingOverIsAStopLikeAnyOther() throws Exception {
        assertEquals(
                "READY sample\nclosed\n", ends("ends-by-itself", ExitCode.OK).stdout());
    }

    @Test
    void aStopWhileItWaitsForItsTurnIsNoFailure() throws Exception {
        try (Child child = Child.start(folder, "waits-its-turn")) {
            child.awaitReady();
            child.terminate();
            assertEquals(0, child.exitCode(), () -> errors(child));
        }
    }

    @Test
    void aFailedStartEndsTheProcessWithOneLineAlthoughAThreadIsAlive() throws Exception {
        assertEquals(
                List.of("sample: there is no Kafka at 127.0.0.1:1; start one, nothing was changed"),
                ends("lacks-something", ExitCode.FAILED).stderr());
    }

    @Test
    void wrongUseIsExitCode2() throws Exception {
        assertEquals(
                List.of("sample: --dir is missing"),
                ends("wrong-use", ExitCode.WRONG_USE).stderr());
    }

    @Test
    void aFaultOfOursLeavesItsStackTraceInTheLogAndTheReasonInTheLastLine() throws Exception {
        List<String> lines = ends("has-a-fault", ExitCode.FAILED).stderr();
        assertTrue(lines.stream().anyMatch(line -> line.contains("at io.datastreamx.process.Lives")), lines.toString());
        assertEquals(
                "sample: ended by java.lang.IllegalStateException: row 17 has no cut; the stack trace is in its log",
                lines.get(lines.size() - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"loses-a-thread", "loses-background-work"})
    void aThreadOrATaskThatDiesEndsTheProcess(String life) throws Exception {
        List<String> lines = ends(life, ExitCode.FAILED).stderr();
        assertEquals(
                "sample: ended by java.lang.ArithmeticException: overflow; the stack trace is in its log",
                lines.get(lines.size() - 1));
    }

    @Test
    void backgroundWorkThatIsCutOffByAStopIsNoFailure() throws Exception {
        try (Child child = Child.start(folder, "ends-amid-background-work")) {
            child.awaitReady();
            child.terminate();
            assertEquals(0, child.exitCode(), () -> errors(child));
        }
    }

    @Test
    void whatHangsAfterAFailureIsHalted() throws Exception {
        List<String> lines = ends("is-told-to-fail-and-hangs", ExitCode.FAILED).stderr();
        assertEquals("sample: the log is gone", lines.get(lines.size() - 1));
    }

    @Test
    void aShutdownHookThatHangsIsNotWaitedFor() throws Exception {
        ends("hangs-after-the-end", ExitCode.LEARNING_FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 130})
    void schedulersRelyOnTheseNumbers(int code) {
        assertEquals(code, ExitCode.of(code).code());
    }

    private Child ends(String life, ExitCode with) throws IOException, InterruptedException {
        try (Child child = Child.start(folder, life)) {
            assertEquals(with.code(), child.exitCode(), () -> errors(child));
            return child;
        }
    }

    private static String errors(Child child) {
        try {
            return String.join("\n", child.stderr());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
