package io.datastreamx.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JavaProcessTest {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** The child: prints a property and its arguments, then waits to be ended, or fails if told so. */
    public static final class Child {
        public static void main(String[] args) throws Exception {
            System.out.println("SAYS " + System.getProperty("word") + " " + String.join(",", args));
            System.err.println("on stderr");
            if (args[0].equals("fail")) {
                System.exit(3);
            }
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    private static JavaProcess child(String... args) {
        Path classes = Path.of(JavaProcessTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return JavaProcess.start(new JavaProcess.Launch(
                Child.class.getName(), List.of(classes), List.of("-Xmx32m"), Map.of("word", "hello"), List.of(args)));
    }

    @Test
    void propertiesAndArgumentsArriveAndAKillIsCertain() {
        try (JavaProcess child = child("wait", "a b")) {
            assertEquals("SAYS hello wait,a b", child.awaitLine("SAYS ", LIMIT));
            assertTrue(child.isAlive());
            child.kill();
            assertFalse(child.isAlive());
            assertEquals(137, child.exitCode(LIMIT));
        }
    }

    @Test
    void aLineThatNeverComesIsReportedWithTheOutput() {
        try (JavaProcess child = child("fail")) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> child.awaitLine("READY ", LIMIT));
            assertTrue(e.getMessage().contains("ended with 3"), e.getMessage());
            assertTrue(e.getMessage().contains("on stderr"), e.getMessage());
        }
    }
}
