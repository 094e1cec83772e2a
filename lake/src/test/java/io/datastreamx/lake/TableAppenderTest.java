package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableAppenderTest {
    @TempDir
    Path home;

    private Lake lake;
    private DeltaTable versions;

    @BeforeEach
    void create() {
        lake = new Lake("file://" + home);
        versions = lake.table(Table.VERSIONS);
    }

    @Test
    void eachVersionIsCommittedOnceByWhateverAppender() {
        TableAppender first = versions.appender();
        assertThat(first.append("a", 1, List.of(row("v1")))).isTrue();
        assertThat(first.append("a", 1, List.of(row("again")))).isFalse();
        TableAppender second = versions.appender();
        assertThat(second.isCommitted("a", 1)).isTrue();
        assertThat(second.append("a", 1, List.of(row("again")))).isFalse();
        assertThat(second.append("b", 1, List.of(row("v2")))).isTrue();
        assertThat(names()).containsExactlyInAnyOrder("v1", "v2");
    }

    @Test
    void commitsOfOthersInBetweenAreNotOverwritten() {
        TableAppender one = versions.appender();
        TableAppender other = versions.appender();
        for (int i = 0; i < 5; i++) {
            one.append("one", i, List.of(row("one-" + i)));
            other.append("other", i, List.of(row("other-" + i)));
        }
        assertThat(names()).hasSize(10).doesNotHaveDuplicates();
    }

    /** The writer that was killed and its successor, which does the same once more. */
    @Test
    void aStaleAppenderDoesNotCommitWhatAnotherHasCommittedUnderItsName() {
        TableAppender stale = versions.appender();
        stale.append("a", 1, List.of(row("v1")));
        versions.appender().append("a", 2, List.of(row("v2")));
        assertThat(stale.append("a", 2, List.of(row("v2 again")))).isFalse();
        assertThat(stale.append("a", 3, List.of(row("v3")))).isTrue();
        assertThat(names()).containsExactlyInAnyOrder("v1", "v2", "v3");
    }

    @Test
    void theLogStaysShortAndTheTableWhole() throws Exception {
        TableAppender appender = versions.appender();
        for (int i = 0; i < 230; i++) {
            appender.append("a", i, List.of(row("v" + i)));
        }
        LogCleanup.run(versions.uri(), lake.hadoop(), 50);
        Path log = home.resolve(Table.VERSIONS.path()).resolve("_delta_log");
        try (Stream<Path> files = Files.list(log)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".json") && name.startsWith("0")))
                    .hasSize(230 - 150 + 1);
        }
        assertThat(names()).hasSize(230);
        assertThat(versions.appender().append("a", 229, List.of(row("again")))).isFalse();
        assertThat(appender.append("a", 230, List.of(row("v230")))).isTrue();
        assertThat(names()).hasSize(231);
    }

    private List<String> names() {
        return versions.rows().stream().map(row -> row.text("version")).toList();
    }

    private static Map<String, Object> row(String version) {
        Map<String, Object> row = new HashMap<>(Map.of(
                "at",
                Instant.EPOCH,
                "action",
                "publish",
                "version",
                version,
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
}
