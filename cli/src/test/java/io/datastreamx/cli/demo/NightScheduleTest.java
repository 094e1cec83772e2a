package io.datastreamx.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.cli.stack.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@Timeout(600)
class NightScheduleTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    @TempDir
    Path dir;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private NightSchedule schedule(String script) {
        NightSchedule nights = new NightSchedule(
                () -> new Program(
                        "night", List.of("/bin/sh", "-c", "while read line; do " + script + "; done"), Map.of(), 0),
                dir.resolve("night.log"),
                AT_ONCE,
                AT_ONCE,
                said::add);
        return nights.start();
    }

    private void awaitSaid(String wanted) throws InterruptedException {
        while (!said.take().contains(wanted)) {}
    }

    @Test
    void nightsFollowEachOtherAndNeverOverlap() throws Exception {
        String script =
                "mkdir " + dir + "/under-way && sleep 0.05 && rmdir " + dir + "/under-way && echo '{\"exit_code\": 0}'";
        NightSchedule nights = schedule(script);
        awaitSaid("night 3 done");
        nights.close();
        assertEquals(0, nights.failed());
        assertTrue(nights.completed() >= 3);
        assertEquals(
                nights.completed(), Files.readAllLines(dir.resolve("night.log")).size());
    }

    @Test
    void aFailedNightIsCountedAndTheNextOneComes() throws Exception {
        NightSchedule nights = schedule("if [ -e " + dir + "/before ]; then echo '{\"exit_code\": 0}'; else touch "
                + dir + "/before; echo '{\"exit_code\": 3}'; fi");
        awaitSaid("code 3");
        awaitSaid("night 2 done");
        nights.close();
        assertEquals(1, nights.failed());
    }

    @Test
    void afterADeathAnotherProcessTakesOver() throws Exception {
        NightSchedule nights = schedule(
                "[ -e " + dir + "/before ] || { touch " + dir + "/before; exit 9; }; echo '{\"exit_code\": 0}'");
        awaitSaid("night 1 FAILED");
        awaitSaid("night 2 done");
        nights.close();
        assertEquals(1, nights.failed());
    }

    @Test
    void sayWhatWasLearned() throws Exception {
        NightSchedule nights =
                schedule("echo '{\"exit_code\": 0, \"steps\": [{\"step\": \"promote\", \"status\": \"done\","
                        + " \"result\": {\"model_version\": \"m-1\"}}]}'");
        awaitSaid("m-1 promoted");
        nights.close();
    }
}
