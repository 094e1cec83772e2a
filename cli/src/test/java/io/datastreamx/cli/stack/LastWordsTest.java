package io.datastreamx.cli.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LastWordsTest {
    private static String of(String process, String... lines) {
        LastWords words = new LastWords(process);
        List.of(lines).forEach(words::hear);
        return words.orElse("nothing");
    }

    @Test
    void theLineThatExplainsTheEndElseTheLastThatIsNoStackTrace() {
        assertEquals(
                "no checkpoint", of("routing-2", "12:00 INFO begins", "routing: no checkpoint", "12:01 WARN closing"));
        assertEquals(
                "java.io.IOException: No space left on device",
                of("broker", "starting", "java.io.IOException: No space left on device", "\tat a.b(C.java:1)", ""));
        assertEquals("nothing", of("broker"));
        assertEquals(401, of("broker", "x".repeat(1_000)).length());
    }
}
