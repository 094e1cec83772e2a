package io.datastreamx.speed.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merging changes how many files there are, and nothing else. */
class SmallFilesTest {
    private static final int BATCHES = 16;

    @TempDir
    Path home;

    @Test
    void filesAreMergedAndNobodyCountsARowTwice() throws Exception {
        try (IngestWorld world = new IngestWorld(home)) {
            world.values.put("datastreamx.ingest.max-records-per-batch", 1);
            world.values.put("datastreamx.ingest.compact-every", 4);
            Map<Table, LogFollower> followers = new HashMap<>();
            for (Table table : List.of(Table.LEDGER, Table.LIVE)) {
                world.lake().table(table).createIfAbsent();
                followers.put(table, world.lake().table(table).follow());
                assertThat(followers.get(table).poll().added()).isEmpty();
            }
            for (int i = 0; i < BATCHES; i++) {
                world.send("tuning-events", "box-1", IngestWorld.tuning("e" + i, "tune_in", ""));
            }
            Map<Table, Long> followed = new HashMap<>();
            world.ingestUntil(BATCHES, () -> {
                followers.forEach((table, follower) ->
                        followed.merge(table, rows(follower.poll().added()), Long::sum));
                return files(world, Table.LEDGER) < BATCHES && files(world, Table.LIVE) < BATCHES;
            });
            followers.forEach((table, follower) ->
                    followed.merge(table, rows(follower.catchUp().added()), Long::sum));

            List<LedgerEntry> entries = new Ledger(world.lake()).entries();
            assertThat(entries)
                    .extracting(LedgerEntry::batch)
                    .containsExactlyElementsOf(
                            LongStream.range(0, entries.size()).boxed().toList());
            assertThat(followed.get(Table.LEDGER)).isEqualTo(entries.size());
            assertThat(followed.get(Table.LIVE))
                    .isEqualTo(world.table(Table.LIVE).count());
            assertThat(world.table(Table.LIVE)
                            .where("rollup = 'aggregator_channel'")
                            .selectExpr("sum(tune_ins)")
                            .first()
                            .getLong(0))
                    .isEqualTo(BATCHES);

            world.send("tuning-events", "box-1", IngestWorld.tuning("e0", "tune_in", ""));
            world.ingestUntil(BATCHES + 1);
            assertThat(new Ledger(world.lake()).last().orElseThrow().duplicate())
                    .as("the next process knows what was counted")
                    .isEqualTo(1);
        }
    }

    private static long rows(List<AddedFile> files) {
        return files.stream().mapToLong(AddedFile::rows).sum();
    }

    private static int files(IngestWorld world, Table table) {
        return world.lake().table(table).follow().poll().added().size();
    }
}
