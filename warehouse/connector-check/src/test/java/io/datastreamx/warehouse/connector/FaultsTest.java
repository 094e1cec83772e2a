package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.warehouse.WarehouseException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever happens to an append, the rows are there once, or it fails and the publish that is tried again is exact. */
class FaultsTest {
    private static final Case OF = Case.rollups();
    private static final Predicate<String> LOAD =
            request -> request.matches("(?s)/bigquery/v2/projects/[^/]+/jobs\\?.*\"load\".*");

    private final ConnectorWorld indirect = new ConnectorWorld("connector");
    private final ConnectorWorld direct = new ConnectorWorld("connector-direct");

    private static void assertExact(ConnectorWorld world) {
        Publisher.verify(world.warehouse());
        Answers.ofLoads(world::query).assertFlat(OF.rows(), world.relation(OF.table()));
    }

    @Test
    void aLoadJobThatIsRefusedForAMomentLoadsNothingAndTheNextPublishIsExact() {
        ConnectorWorld.proxy().refuse(LOAD);
        assertThrowsToRepeat(indirect);
        assertTrue(ConnectorWorld.proxy().allRefused());
        assertEquals(0L, indirect.value("COUNT(*)", OF.table()));
        Publisher.publish(indirect);
        assertExact(indirect);
    }

    /**
     * Asked for again under its name, which BigQuery does not run twice. Left to itself, Google's client would have
     * taken another name, and the rows would be there twice.
     */
    @Test
    void aLoadJobWhoseAnswerIsLostLoadsOnce() {
        ConnectorWorld.proxy().loseAnswer(LOAD);
        Publisher.publish(indirect);
        assertTrue(ConnectorWorld.proxy().allLost());
        assertExact(indirect);
    }

    private static void assertThrowsToRepeat(ConnectorWorld world) {
        WarehouseException e = assertThrows(WarehouseException.class, () -> Publisher.publish(world));
        assertTrue(e.getMessage().contains("Run the step again"), e.getMessage());
    }

    /** Streams are committed once; the connector, told so, takes it for a failure. */
    @Test
    void aCommitWhoseAnswerIsLostFailsAndTheNextPublishIsExact() {
        ConnectorWorld.STORAGE.loseAnswerToCommit();
        assertThrowsToRepeat(direct);
        assertTrue(ConnectorWorld.STORAGE.allLost());
        assertEquals(30L, direct.value("COUNT(*)", OF.table()));
        Publisher.publish(direct);
        assertExact(direct);
    }

    /**
     * Killed when its load job has been carried out: the rows are there, the files stay behind. The bucket's lifecycle
     * rule finds them by their name.
     */
    @Test
    void aKilledLoadIsMadeUpForAndItsFilesAreFound() {
        ConnectorWorld.GCS.createBucket("killed");
        ConnectorWorld world = new ConnectorWorld("connector", "killed");
        CompletableFuture<Long> started = new CompletableFuture<>();
        ConnectorWorld.proxy().loseAnswer(request -> {
            boolean load = LOAD.test(request);
            if (load) {
                kill(started);
            }
            return load;
        });
        publishAndDie(world, started);
        assertEquals(30L, world.value("COUNT(*)", OF.table()));
        List<String> left = ConnectorWorld.objects("killed");
        assertTrue(left.stream().anyMatch(name -> name.endsWith(".parquet")), left.toString());
        assertEquals(
                List.of(),
                left.stream()
                        .filter(name -> !name.startsWith(lifecyclePrefix()))
                        .toList());

        Publisher.publish(world);
        assertExact(world);
        assertEquals(left, ConnectorWorld.objects("killed"), "of its own files an attempt leaves none");
    }

    /** Killed between the last row and the commit: nothing is seen of it. */
    @Test
    void aKilledStreamIsNeverSeen() {
        CompletableFuture<Long> started = new CompletableFuture<>();
        ConnectorWorld.STORAGE.insteadOfCommit(() -> kill(started));
        publishAndDie(direct, started);
        assertEquals(0L, direct.value("COUNT(*)", OF.table()));
        Publisher.publish(direct);
        assertExact(direct);
    }

    private static void kill(CompletableFuture<Long> started) {
        ProcessHandle.of(started.orTimeout(1, TimeUnit.MINUTES).join())
                .orElseThrow()
                .destroyForcibly();
    }

    private static void publishAndDie(ConnectorWorld world, CompletableFuture<Long> started) {
        Map<String, String> properties = new HashMap<>(ConnectorWorld.jvmProperties());
        properties.putAll(ConnectorWorld.sparkProperties());
        properties.putAll(world.properties());
        JavaProcess.Launch launch = new JavaProcess.Launch(
                Publisher.class.getName(),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toList(),
                List.of(Repository.sparkJvmOptions(), "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                properties,
                List.of());
        try (JavaProcess process = JavaProcess.start(launch)) {
            started.complete(process.pid());
            assertEquals(128 + 9, process.exitCode(Duration.ofMinutes(5)));
        }
    }

    private static String lifecyclePrefix() {
        try {
            String terraform = Files.readString(Repository.root().resolve("dataproc/terraform/main.tf"));
            Matcher prefix = Pattern.compile("\"(\\.spark-bigquery[^\"]*)\"").matcher(terraform);
            assertTrue(prefix.find(), "the bucket has a lifecycle rule for the connector's files");
            return prefix.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
