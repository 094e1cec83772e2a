package io.datastreamx.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTableTest {
    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void openLake() {
        lake = new Lake("file://" + folder);
    }

    @Test
    void rowsReadBackAsWritten() {
        LedgerEntry entry = entry("app", 4);
        assertTrue(new Ledger(lake).append(entry));
        assertEquals(List.of(entry), new Ledger(lake).entries());
    }

    @Test
    void aReplayedWriteChangesNothing() {
        DeltaTable table = lake.table(Table.VERSIONS);
        assertTrue(table.append("night", 7, List.of(version("a"))));
        assertFalse(table.append("night", 7, List.of(version("b"))));
        assertFalse(table.append("night", 6, List.of(version("c"))));
        assertTrue(table.append("other", 1, List.of(version("d"))));
        assertEquals(
                List.of("a", "d"),
                table.rows().stream().map(row -> row.text("version")).sorted().toList());
        assertEquals(OptionalLong.of(7), table.latestTransaction("night"));
        assertEquals(OptionalLong.empty(), table.latestTransaction("unknown"));
    }

    @Test
    void isEmptyUntilAFileBelongsToIt() {
        DeltaTable table = lake.table(Table.VERSIONS);
        assertTrue(table.isEmpty(), "not there");
        table.createIfAbsent();
        assertTrue(table.isEmpty(), "there without rows");
        table.append("night", 1, List.of(version("a")));
        assertFalse(table.isEmpty());
    }

    @Test
    void writersThatStartAtOnceAllSucceed() throws Exception {
        var pool = Executors.newFixedThreadPool(8);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String app = "writer-" + i;
            writers.add(() -> new Lake("file://" + folder).table(Table.VERSIONS).append(app, 0, List.of(version(app))));
        }
        for (var written : pool.invokeAll(writers)) {
            assertTrue(written.get());
        }
        pool.shutdown();
        assertEquals(8, lake.table(Table.VERSIONS).rows().size());
    }

    @Test
    void aRowThatBreaksTheContractIsRefusedBeforeItIsWritten() {
        DeltaTable table = lake.table(Table.VERSIONS);
        assertThrows(IllegalArgumentException.class, () -> table.append("night", 1, List.of(Map.of("version", "v"))));
        Map<String, Object> unknown = new TreeMap<>(version("v"));
        unknown.put("surprise", 1);
        assertThrows(IllegalArgumentException.class, () -> table.append("night", 1, List.of(unknown)));
        assertEquals(List.of(), table.rows());
    }

    @Test
    void aFollowerSeesEachAppendOnceAndTablesThatComeLater() {
        LogFollower follower = lake.table(Table.LEDGER).follow();
        assertEquals(
                new LogFollower.Changes(-1, List.of(), List.of(), List.of(), false),
                follower.poll(),
                "there is no table yet");
        Ledger ledger = new Ledger(lake);
        ledger.append(entry("app", 0));
        assertEquals(1, follower.poll().added().size());
        assertEquals(0, follower.poll().added().size());
        for (int batch = 1; batch <= 120; batch++) {
            ledger.append(entry("app", batch));
        }
        assertEquals(120, follower.poll().added().size(), "over checkpoints of the log too");
        assertEquals(121, lake.table(Table.LEDGER).follow().poll().added().size());
        assertEquals(121, ledger.entries().size());
    }

    private static Map<String, Object> version(String name) {
        Map<String, Object> row = new TreeMap<>(Map.of(
                "at",
                Instant.EPOCH,
                "action",
                "flip",
                "version",
                name,
                "cut",
                1L,
                "run_id",
                "r",
                "events",
                1L,
                "late_duplicates",
                0L));
        Table.ofBatch().forEach(table -> row.put(table.title() + "_version", 0L));
        return row;
    }

    private static LedgerEntry entry(String app, long batch) {
        return new LedgerEntry(
                batch,
                app,
                3,
                1,
                1,
                new TreeMap<>(Map.of("ad-events-0", new OffsetRange(0, 5))),
                Optional.of(Instant.parse("2026-11-22T10:00:00.123456Z")),
                Optional.empty(),
                Instant.parse("2026-11-22T10:00:01Z"));
    }
}
