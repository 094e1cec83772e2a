package io.datastreamx.speed.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Fence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of a real query, damaged file by file: refused by name, and counting goes on without it. */
class DamagedCheckpointTest {
    @TempDir
    Path home;

    private IngestWorld world;
    private Path checkpoint;

    @BeforeEach
    void start() throws Exception {
        world = new IngestWorld(home);
        checkpoint = home.resolve("checkpoints/ingest");
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void everyFileAndEveryDamageIsNamedAndNothingIsLostByIt() throws Exception {
        send(0, 10);
        world.ingestUntil(10);
        send(10, 20);
        world.ingestUntil(20);
        for (Path file : List.of(
                checkpoint.resolve("identity.json"),
                checkpoint.resolve("metadata"),
                latest("offsets"),
                latest("commits"))) {
            byte[] whole = Files.readAllBytes(file);
            for (byte[] damage : damages(whole)) {
                Files.write(file, damage);
                assertRefused(file, damage);
            }
            Files.write(file, whole);
        }
        send(20, 30);
        world.ingestUntil(30);

        Files.write(latest("offsets"), new byte[0]);
        Files.move(checkpoint, checkpoint.resolveSibling("ingest.damaged"));
        send(30, 40);
        world.ingestUntil(40);
        assertThat(world.table(Table.EVENTS).count()).isEqualTo(40);
        assertThat(world.table(Table.EVENTS).select("event_id").distinct().count())
                .isEqualTo(40);
    }

    /** Nothing, zeros, garbage, and the beginning alone. */
    private static List<byte[]> damages(byte[] whole) {
        return List.of(
                new byte[0],
                new byte[whole.length],
                "garbage".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(whole, whole.length - 4));
    }

    private void assertRefused(Path file, byte[] damage) {
        IngestQuery query = new IngestQuery(
                IngestWorld.spark(), world.settings(), world.lake(), world.keys, Fence.NONE, Clock.systemUTC());
        assertThatThrownBy(() -> query.run(() -> {}))
                .as("%s with %d bytes", file, damage.length)
                .isInstanceOf(DamagedCheckpointException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("dsx recover");
    }

    private Path latest(String log) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint.resolve(log))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .max((a, b) -> Long.compare(number(a), number(b)))
                    .orElseThrow();
        }
    }

    private static long number(Path file) {
        return Long.parseLong(file.getFileName().toString());
    }

    private void send(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            world.send("tuning-events", "box-1", IngestWorld.tuning("e" + i, "tune_in", ""));
        }
    }
}
