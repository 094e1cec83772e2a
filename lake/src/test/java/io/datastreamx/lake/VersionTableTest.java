package io.datastreamx.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions.Action;
import io.datastreamx.lake.Versions.Entry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionTableTest {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void openLake() {
        lake = new Lake("file://" + folder);
    }

    @Test
    void whatIsWrittenIsReadAndFollowed() {
        VersionTable.Follower follower = lake.versions().follow();
        assertThat(follower.poll()).isSameAs(Versions.NONE);
        Entry publish = entry(Action.PUBLISH, "v1", 4);
        assertThat(lake.versions().append("night", 1, before -> publish)).isTrue();
        assertThat(lake.versions().append("night", 1, before -> {
                    throw new AssertionError("a repeat decides nothing");
                }))
                .isFalse();
        assertThat(lake.versions().read().entries()).containsExactly(publish);
        Versions known = follower.poll();
        assertThat(known.entries()).containsExactly(publish);
        assertThat(follower.poll()).isSameAs(known);
    }

    @Test
    void timesAreLaterThanThoseBeforeWhateverTheClocksSay() {
        lake.versions().append("a", 1, before -> entry(Action.FLIP, "v1", 1));
        lake.versions()
                .append(
                        "b",
                        1,
                        before -> new Entry(
                                T0.minusSeconds(60), Action.FLIP, "v2", 2, "r", 1, 0, VersionsLawTest.TABLES));
        lake.versions()
                .append(
                        "c",
                        1,
                        before -> new Entry(
                                before.entries().get(1).at().plusNanos(300),
                                Action.FLIP,
                                "v3",
                                3,
                                "r",
                                1,
                                0,
                                VersionsLawTest.TABLES));
        List<Entry> entries = lake.versions().read().entries();
        assertThat(entries).extracting(Entry::version).containsExactly("v1", "v2", "v3");
        assertThat(entries).extracting(Entry::at).doesNotHaveDuplicates();
    }

    /** Two that write at once could each date their entry by the same last one, and be read in another order. */
    @Test
    void ofWritersAtOnceTheOrderOfTimesIsTheOrderOfCommits() throws Exception {
        int writers = 6;
        VersionTable.Follower follower = lake.versions().follow();
        lake.versions().append("first", 0, before -> entry(Action.FLIP, "v", 0));
        List<Callable<Boolean>> nights = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            String name = "w" + i;
            nights.add(() -> new Lake("file://" + folder)
                    .versions()
                    .append(
                            name,
                            0,
                            before -> new Entry(
                                    T0,
                                    Action.FLIP,
                                    name,
                                    before.entries().size(),
                                    "r",
                                    1,
                                    0,
                                    VersionsLawTest.TABLES)));
        }
        var pool = Executors.newFixedThreadPool(writers);
        for (var night : pool.invokeAll(nights)) {
            assertThat(night.get()).isTrue();
        }
        pool.shutdown();
        Versions read = lake.versions().read();
        assertThat(read.entries())
                .as("each was decided on top of all before it")
                .extracting(Entry::cut)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(follower.poll().entries()).isEqualTo(read.entries());
    }

    @Test
    void whatTheDecisionRefusesIsNotWritten() {
        assertThatThrownBy(() -> lake.versions().append("night", 1, before -> {
                    throw new IllegalArgumentException("there is no version before");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(lake.versions().read().entries()).isEmpty();
    }

    @Test
    void anActionThatIsNotKnownIsNamed() {
        Map<String, Object> row = new HashMap<>(entry(Action.FLIP, "v1", 1).row());
        row.put("action", "pin");
        lake.table(Table.VERSIONS).append("later-edition", 1, List.of(row));
        assertThatThrownBy(() -> lake.versions().read())
                .hasMessageContaining("table versions, column action: 'pin' is none of [PUBLISH, FLIP, ROLLBACK]");
    }

    @Test
    void aRowReadUnderAnotherTypeNamesTableAndColumn() {
        lake.versions().append("night", 1, before -> entry(Action.FLIP, "v1", 1));
        TableRow row = lake.table(Table.VERSIONS).rows().get(0);
        assertThat(row.number("cut")).isEqualTo(1);
        assertThatThrownBy(() -> row.text("cut"))
                .hasMessage("table versions, column cut: expected String, found Long 1");
        assertThatThrownBy(() -> row.time("cuts")).hasMessage("table versions has no column cuts");
    }

    private static Entry entry(Action action, String version, long cut) {
        return new Entry(T0, action, version, cut, "r", 1, 0, VersionsLawTest.TABLES);
    }
}
