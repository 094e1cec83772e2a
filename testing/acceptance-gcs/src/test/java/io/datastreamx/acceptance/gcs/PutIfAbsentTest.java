package io.datastreamx.acceptance.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import io.datastreamx.testing.GcsEmulator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Of eight writers that commit at once exactly one wins, on which all else rests. It decides whether an emulator is
 * good enough to test against.
 */
class PutIfAbsentTest {
    private static final int ROUNDS = 20;

    private static GcsEmulator gcs;

    @BeforeAll
    static void start() {
        gcs = GcsEmulator.start();
        gcs.createBucket("races");
        // Hadoop keeps one file system per bucket, so what goes through a proxy has a bucket of its own.
        gcs.createBucket("careless-races");
    }

    @AfterAll
    static void stop() {
        gcs.close();
    }

    /** Against the emulator, or against the bucket that {@code -Ddsx.gcs.bucket} names. */
    @Test
    void exactlyOneOfEightWins() throws Exception {
        String real = System.getProperty("dsx.gcs.bucket");
        Lake lake = real == null
                ? new Lake("gs://races/put", gcs.hadoop())
                : new Lake("gs://" + real + "/races/" + UUID.randomUUID());
        assertEquals(Set.of(1L), Set.copyOf(winners(lake)));
        lake.files().deleteFolder(lake.root());
    }

    @Test
    void anEmulatorThatIgnoresPreconditionsIsFoundOut() throws Exception {
        try (FaultyGcs careless = new FaultyGcs(gcs.url(), FaultyGcs.NO_PRECONDITIONS)) {
            List<Long> winners = winners(new Lake("gs://careless-races/put", GcsEmulator.hadoop(careless.url())));
            assertTrue(winners.stream().anyMatch(count -> count > 1), () -> "winners by round: " + winners);
        }
    }

    /** By round. */
    private static List<Long> winners(Lake lake) throws Exception {
        List<Long> winners = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            String uri = lake.root() + "/" + round;
            winners.add(
                    Race.run(Race.RUNNERS, writer -> () -> lake.files().createIfAbsent(uri, "writer " + writer))
                            .stream()
                            .filter(won -> won)
                            .count());
        }
        return winners;
    }

    @Test
    void noCommitOfEightKernelWritersIsLost() throws Exception {
        int commits = 5;
        Race.run(Race.RUNNERS, writer -> () -> {
            Lake own = new Lake("gs://races/kernel", gcs.hadoop());
            for (int i = 0; i < commits; i++) {
                assertTrue(own.table(Table.VERSIONS).append("writer-" + writer, i, List.of(row(writer + "-" + i))));
            }
            return writer;
        });
        Lake lake = new Lake("gs://races/kernel", gcs.hadoop());
        List<String> runs = lake.versions().read().entries().stream()
                .map(Versions.Entry::runId)
                .collect(Collectors.toList());
        assertEquals(Race.RUNNERS * commits, runs.size());
        assertEquals(runs.size(), new HashSet<>(runs).size());
    }

    static Map<String, Object> row(String run) {
        Map<String, Object> row = new HashMap<>(Map.of(
                "at",
                Instant.parse("2026-11-20T00:00:00Z"),
                "action",
                "publish",
                "version",
                run,
                "cut",
                0L,
                "run_id",
                run,
                "events",
                0L,
                "late_duplicates",
                0L));
        Table.ofBatch().forEach(table -> row.put(table.title() + "_version", 0L));
        return row;
    }
}
