package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.LogFollower.AddedFile;
import io.datastreamx.lake.LogFollower.Changes;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real logs of the ledger: cleaned, concatenated, and looked at no more than need be. */
class LogFollowerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Lake lake;
    private Path log;
    private long batches;

    @BeforeEach
    void open() {
        lake = new Lake(
                "file://" + folder,
                Map.of("fs.file.impl", Counting.class.getName(), "fs.file.impl.disable.cache", "true"));
        log = Path.of(URI.create(lake.uri(Table.LEDGER)).getPath(), "_delta_log");
    }

    /** Says how often a file was looked for, looked at or listed. */
    public static final class Counting extends LocalFileSystemWithoutForks {
        private static final AtomicInteger LOOKS = new AtomicInteger();

        @Override
        public boolean exists(org.apache.hadoop.fs.Path path) {
            LOOKS.incrementAndGet();
            return pathToFile(path).exists();
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            LOOKS.incrementAndGet();
            return super.getFileStatus(path);
        }

        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
            LOOKS.incrementAndGet();
            return super.listStatus(path);
        }
    }

    private void append(int count) {
        Ledger ledger = new Ledger(lake);
        for (int i = 0; i < count; i++) {
            ledger.append(new LedgerEntry(
                    batches++,
                    "app",
                    5,
                    0,
                    0,
                    new TreeMap<>(Map.of("ad-events-0", new OffsetRange(0, 5))),
                    Optional.empty(),
                    Optional.empty(),
                    Instant.EPOCH));
        }
    }

    /** A checkpoint is written, and the commits before it go. */
    private void cleanLog() throws IOException {
        Configuration hadoop = new Configuration(lake.hadoop());
        Engine engine = DefaultEngine.create(hadoop);
        String uri = lake.uri(Table.LEDGER);
        io.delta.kernel.Table.forPath(engine, uri).checkpoint(engine, commits().size() - 1L);
        LogCleanup.run(uri, hadoop, 0);
    }

    private List<Path> commits() throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{20}\\.json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> paths(List<AddedFile> files) {
        return files.stream().map(AddedFile::path).toList();
    }

    private LogFollower atTen() {
        append(10);
        LogFollower follower = lake.table(Table.LEDGER).follow();
        assertThat(follower.poll().added()).hasSize(10);
        return follower;
    }

    @Test
    void commitsThatWereCleanedAwayAreNotMissed() throws IOException {
        LogFollower follower = atTen();
        append(5);
        cleanLog();
        Changes all = follower.catchUp();
        assertThat(all.replaces()).isTrue();
        assertThat(all.added()).hasSize(15).doesNotHaveDuplicates();
        append(2);
        Changes more = follower.catchUp();
        assertThat(more.replaces()).isFalse();
        assertThat(more.added()).hasSize(2);
    }

    /** Also a follower that only polls: later, but by itself. */
    @Test
    void aQuietFollowerLooksNowAndThenWhetherTheLogWasCleaned() throws IOException {
        LogFollower follower = atTen();
        append(5);
        cleanLog();
        List<Changes> found = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            Changes changes = follower.poll();
            if (!changes.added().isEmpty()) {
                found.add(changes);
            }
        }
        assertThat(found).hasSize(1);
        assertThat(found.get(0).replaces()).isTrue();
        assertThat(found.get(0).added()).hasSize(15);
    }

    @Test
    void aLogCleanedBehindTheFollowerIsNoNews() throws IOException {
        append(4);
        LogFollower follower = lake.table(Table.LEDGER).follow();
        assertThat(follower.catchUp().added()).hasSize(4);
        cleanLog();
        assertThat(follower.catchUp()).isEqualTo(new Changes(4, List.of(), List.of(), List.of(), false));
        append(1);
        Changes changes = follower.poll();
        assertThat(changes.replaces()).isFalse();
        assertThat(changes.added()).hasSize(1);
    }

    @Test
    void aPollWithoutNewsIsOneLookForOneFile() {
        LogFollower follower = atTen();
        int before = Counting.LOOKS.get();
        for (int i = 0; i < 50; i++) {
            follower.poll();
        }
        assertThat(Counting.LOOKS.get() - before).isEqualTo(50);
        before = Counting.LOOKS.get();
        follower.catchUp();
        assertThat(Counting.LOOKS.get() - before).isEqualTo(2);
    }

    /** Small files made one: a commit of removes and an add that changes no data. */
    @Test
    void concatenatedFilesAreReportedAsRewrittenNotAsAdded() throws IOException {
        LogFollower follower = atTen();
        append(3);
        Path table = log.getParent();
        List<Path> commits = commits();
        List<String> small = new ArrayList<>();
        List<String> actions = new ArrayList<>();
        for (Path commit : commits.subList(commits.size() - 5, commits.size())) {
            for (String line : Files.readAllLines(commit)) {
                JsonNode add = JSON.readTree(line).get("add");
                if (add != null) {
                    small.add(table.resolve(add.get("path").textValue()).toString());
                    actions.add(JSON.writeValueAsString(Map.of(
                            "remove", Map.of("path", add.get("path"), "dataChange", false, "deletionTimestamp", 0L))));
                }
            }
        }
        Path one = table.resolve("one.parquet");
        Files.copy(Path.of(small.get(0)), one);
        actions.add(JSON.writeValueAsString(Map.of(
                "add",
                Map.of(
                        "path",
                        "one.parquet",
                        "partitionValues",
                        Map.of(),
                        "size",
                        Files.size(one),
                        "modificationTime",
                        0L,
                        "dataChange",
                        false))));
        Files.write(log.resolve(String.format("%020d.json", commits.size())), actions);
        append(1);

        Changes changes = follower.poll();
        assertThat(changes.replaces()).isFalse();
        assertThat(changes.added()).as("three appended before, one after").hasSize(4);
        assertThat(paths(changes.rewritten())).containsExactly(one.toString());
        assertThat(changes.removed()).containsExactlyInAnyOrderElementsOf(small).hasSize(5);

        Set<String> now =
                new TreeSet<>(paths(lake.table(Table.LEDGER).follow().poll().added()));
        assertThat(now).hasSize(14 - 5 + 1).contains(one.toString()).doesNotContainAnyElementsOf(small);
    }
}
