package io.datastreamx.verification;

import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes generated records to a file for {@code dsx send}: {@code --file FILE --count N [--seed S] [--start TIME]
 * [--topics a,b] [--currency C]}. Exit code 2 on wrong use.
 */
public final class GenerateRecordsMain {
    private static final String USAGE =
            "usage: --file FILE [--count 20000] [--seed 1] [--start 2026-11-22T10:00:00Z] [--topics tuning-events,ad-events] [--currency USD]";
    private static final List<String> KNOWN =
            List.of("--file", "--count", "--seed", "--start", "--topics", "--currency");

    private GenerateRecordsMain() {}

    public static void main(String[] args) {
        Application.run("generate-records", application -> generate(args));
    }

    /** @throws WrongUseException where the arguments are not as described above */
    public static ExitCode generate(String... args) throws IOException {
        try {
            Map<String, String> given = parse(args);
            if (!given.containsKey("--file")) {
                throw new IllegalArgumentException("--file is missing");
            }
            SendFile.write(Path.of(given.get("--file")), new RecordGenerator(options(given)));
            return ExitCode.OK;
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new WrongUseException(e.getMessage() + System.lineSeparator() + USAGE, e);
        }
    }

    private static RecordGenerator.Options options(Map<String, String> given) {
        Set<String> topics =
                given.containsKey("--topics") ? Set.of(given.get("--topics").split(",")) : Set.copyOf(FactLog.TOPICS);
        Instant start = given.containsKey("--start")
                ? Instant.parse(given.get("--start"))
                : Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(1, ChronoUnit.HOURS);
        return new RecordGenerator.Options(
                Long.parseLong(given.getOrDefault("--seed", "1")),
                Long.parseLong(given.getOrDefault("--count", "20000")),
                start,
                0.02,
                0.01,
                0.005,
                0.005,
                topics,
                given.getOrDefault("--currency", "USD"));
    }

    private static Map<String, String> parse(String[] args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!KNOWN.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("not understood: " + args[i]);
            }
            given.put(args[i], args[i + 1]);
        }
        return given;
    }
}
