package io.datastreamx.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.testing.Repository;
import io.datastreamx.verification.LogWriter;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.RecordGenerator;
import io.datastreamx.verification.Recount;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ingest on executors of their own, as on a cluster: they share the work, and when one dies amid it no number changes.
 * Each executor is a JVM with one core, which Spark's own standalone cluster starts again.
 */
@Tag("faults")
class ClusterTest {
    private static final long RECORDS = 60_000;
    private static final int PER_SECOND = 2_000;
    private static final Duration HORIZON = Duration.ofHours(2);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Pattern BATCH = Pattern.compile("ms commit; executors \\[(\\w+(?:, \\w+)*)]");

    @TempDir
    Path folder;

    @Test
    void twoExecutorsShareTheWorkAndOneMayDie() throws Exception {
        try (ProcessStack stack =
                        new ProcessStack(folder.resolve("home"), cluster(), Map.of("SPARK_HOME", sparkHome()));
                Recount recount = Recount.start(stack.bootstrapServers(), "USD", HORIZON, PATIENCE)) {
            MergedCheck check = new MergedCheck(stack.api(), recount::upTo);
            PacedSender sender = new PacedSender(
                    stack.bootstrapServers(),
                    new RecordGenerator(RecordGenerator.Options.standard(
                            5, RECORDS, Instant.now().truncatedTo(ChronoUnit.SECONDS))),
                    PER_SECOND);
            sender.start();
            Polling.until(PATIENCE, () -> counted(stack) > RECORDS / 6);
            assertThat(executorsAtWork(stack)).containsExactly("0", "1");

            executors(stack).get(0).destroyForcibly();
            long counted = counted(stack);
            Polling.until(PATIENCE, () -> counted(stack) > counted + RECORDS / 6);
            assertThat(check.check().differences()).isEmpty();
            Polling.until(PATIENCE, () -> executorsAtWork(stack).contains("2"));

            LogWriter log = sender.finish();
            Polling.until(PATIENCE, () -> counted(stack) == log.counting());
            MergedCheck.Result end = check.check();
            assertThat(end.differences()).isEmpty();
            assertThat(end.read()).isEqualTo(log.counting());
        }
    }

    private static Map<String, String> cluster() {
        return Map.of(
                "spark.master",
                "local-cluster[2,1,1024]",
                "spark.executor.memory",
                "1g",
                "spark.executor.extraClassPath",
                Repository.runtimeClasspath("speed-layer/ingest").stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                // However late the executors come: batches enough for all three.
                "datastreamx.ingest.max-records-per-batch",
                "4000",
                "datastreamx.ingest.duplicate-horizon",
                HORIZON.toHours() + "h");
    }

    /** What Spark's scripts look for where it is installed; its classes are on the class path. */
    private String sparkHome() throws IOException {
        Path home = folder.resolve("spark");
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(home.resolve("launcher/target/scala-2.13"));
        return home.toString();
    }

    /** The JVMs that ingest has started. */
    private static List<ProcessHandle> executors(ProcessStack stack) {
        return stack.ingest()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .toList();
    }

    /** As ingest's log names them, of all batches so far. */
    private static SortedSet<String> executorsAtWork(ProcessStack stack) {
        return BATCH.matcher(stack.ingestLog())
                .results()
                .flatMap(line -> Arrays.stream(line.group(1).split(", ", -1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long counted(ProcessStack stack) throws Exception {
        return Polling.json(stack.api() + "/v1/ledger").get("read").asLong();
    }
}
