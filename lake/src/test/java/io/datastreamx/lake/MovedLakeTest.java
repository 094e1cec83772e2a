package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.table.Table;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lake that is renamed, copied or restored elsewhere is whole there, and asks nothing of where it was. */
class MovedLakeTest {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");
    /** Beyond the first checkpoint of a log. */
    private static final int BATCHES = 60;

    private static final String BEFORE = "before";
    private static final String AFTER = "after the move, ü & %20";

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void openLake() {
        lake = lake(BEFORE);
    }

    @Test
    void everythingIsReadWrittenAndFollowedWhereItLiesNow() throws IOException {
        byte[] policy = "{\"policy\":1}".getBytes(StandardCharsets.UTF_8);
        ArtifactRef stored = lake.artifacts().write("p1", lake.policyUri("p1"), policy);
        ArtifactRef model = lake.models()
                .register("m1", "n1", T0, new byte[] {1, 2}, new byte[] {'{', '}'}, Map.of("card.md", "# m1"));
        lake.models().record(Models.Action.PROMOTED, Optional.of(model), "p1", "n1", T0, "{}");
        lake.versions().append("night", 1, before -> version("v1", 3));
        lake.batchState();
        for (int batch = 0; batch < BATCHES; batch++) {
            new Ledger(lake).append(entry(batch));
        }
        addFileByItsAbsolutePath();

        Path moved = Files.move(folder.resolve(BEFORE), folder.resolve(AFTER));
        assertThat(filesThatName(BEFORE, moved)).isEmpty();

        Lake after = lake(AFTER);
        assertThat(stored.uri()).isEqualTo("policies/p1.json");
        assertThat(after.artifacts().read(stored)).isEqualTo(policy);
        assertThat(after.artifacts().read(after.models().reference("m1"))).containsExactly(1, 2);
        assertThat(after.models().read().inForce())
                .map(Models.Act::modelVersion)
                .contains("m1");
        assertThat(after.versions().read().inForce())
                .map(Versions.Entry::version)
                .contains("v1");
        assertThat(after.table(Table.BATCH_DAYS).state(0).version()).isZero();
        assertThat(new Ledger(after).entries()).hasSize(BATCHES + 1);
        assertThat(after.table(Table.LEDGER).follow().poll().added())
                .extracting(LogFollower.AddedFile::path)
                .hasSize(BATCHES + 1)
                .allMatch(path -> path.startsWith(moved + "/"));
        assertThat(new Ledger(after).append(entry(BATCHES))).isTrue();
        assertThat(new Ledger(after).entries()).hasSize(BATCHES + 2);
        assertThat(folder.toFile().list()).as("all that was written lies there").containsExactly(AFTER);
        assertThat(new Ledger(after).append(entry(3)))
                .as("done before it moved")
                .isFalse();
    }

    @Test
    void aCopyReadsItsOwnFilesWhileTheOriginalGoesOn() throws IOException {
        ArtifactRef first = lake.artifacts().write("p", lake.policyUri("p"), new byte[] {1});
        Files.createDirectories(folder.resolve("copy/policies"));
        Files.copy(folder.resolve(BEFORE + "/policies/p.json"), folder.resolve("copy/policies/p.json"));
        lake.artifacts().write("p", lake.policyUri("p"), new byte[] {2});
        assertThat(lake("copy").artifacts().read(first)).containsExactly(1);
        assertThatThrownBy(() -> lake.artifacts().read(first))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("policies/p.json does not have the checksum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "file:///etc/passwd",
                "file:/etc/passwd",
                "gs://elsewhere/policies/p.json",
                "../outside.json",
                "policies/../../outside.json",
                "policies/.."
            })
    void aReferenceThatLeavesTheLakeIsRefused(String uri) throws IOException {
        byte[] content = {1};
        Files.createDirectories(folder.resolve(BEFORE + "/policies"));
        Files.write(folder.resolve("outside.json"), content);
        assertThatThrownBy(() -> lake.artifacts().read(new ArtifactRef("p", uri, ArtifactRef.sha256(content))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("leaves the lake " + lake.root());
    }

    @Test
    void anAbsoluteReferenceIntoThisLakeIsTakenAndOneIntoTheOldPlaceIsNot() {
        byte[] content = {1};
        ArtifactRef relative = lake.artifacts().write("p", lake.policyUri("p"), content);
        ArtifactRef absolute = new ArtifactRef("p", lake.policyUri("p"), relative.sha256());
        assertThat(lake.artifacts().read(absolute)).isEqualTo(content);
        assertThatThrownBy(() -> lake(AFTER).artifacts().read(absolute)).hasMessageContaining("leaves the lake");
        ArtifactRef out = new ArtifactRef("p", lake.root() + "/../p.json", relative.sha256());
        assertThatThrownBy(() -> lake.artifacts().read(out)).hasMessageContaining("leaves the lake");
    }

    private Lake lake(String name) {
        return new Lake("file://" + folder.resolve(name));
    }

    /** As ingest does: Spark wrote the file, the commit names it by the path at which it lies. */
    private void addFileByItsAbsolutePath() throws IOException {
        Path table = folder.resolve(BEFORE + "/ledger");
        Path own = Files.createDirectories(table.resolve("data/app/7/1")).resolve("part-0.parquet");
        try (Stream<Path> files = Files.list(table)) {
            Path any = files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(any, own);
        }
        lake.table(Table.LEDGER)
                .addFiles(
                        "app",
                        7,
                        List.of(NewFile.of(new DataFileStatus("file:" + own, Files.size(own), 0L, Optional.empty()))));
    }

    private static List<Path> filesThatName(String name, Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains("/" + name))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Versions.Entry version(String name, long cut) {
        return new Versions.Entry(T0, Versions.Action.FLIP, name, cut, "n1", 1, 0, VersionsLawTest.TABLES);
    }

    private static LedgerEntry entry(long batch) {
        return new LedgerEntry(
                batch,
                "ingest",
                3,
                1,
                1,
                new TreeMap<>(Map.of("ad-events-0", new OffsetRange(5 * batch, 5 * batch + 5))),
                Optional.empty(),
                Optional.empty(),
                T0);
    }
}
