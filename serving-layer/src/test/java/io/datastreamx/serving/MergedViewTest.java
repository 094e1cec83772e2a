package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.report.Report;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedViewTest {
    @TempDir
    Path folder;

    private TestLake lake;
    private Ask ask;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        ask = new Ask(lake);
    }

    @AfterEach
    void close() {
        ask.close();
    }

    private static Map<String, Object> requests(int count) {
        return row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", count);
    }

    private void assertTotals(long merged, long batch, long live) {
        assertEquals(merged, ask.value("requests"));
        assertEquals(batch, ask.value("requests", "view=batch"));
        assertEquals(live, ask.value("requests", "view=live"));
    }

    @Test
    void emptyLakeAnswersWithZeroAtNoPosition() {
        Report report = ask.report("measures=requests");
        assertEquals(-1, report.ingestBatch());
        assertEquals(-1, report.cut());
        assertEquals(Map.of(), report.offsets());
        assertEquals(0L, report.rows().get(0).get("requests"));
    }

    @Test
    void tablesThatComeLaterAreFollowed() {
        ask.poll();
        lake.complete(1, requests(5));
        ask.poll();
        assertTotals(5, 0, 5);
        lake.publish("v1", 1, requests(6));
        lake.flip("v1", 1);
        ask.poll();
        assertTotals(6, 6, 0);
    }

    @Test
    void liveRowsWithoutLedgerRowDoNotCountUntilItComes() {
        lake.complete(1, requests(5));
        lake.live(2, requests(70));
        ask.poll();
        assertTotals(5, 0, 5);
        assertEquals(1, ask.report("measures=requests").ingestBatch());
        lake.ledger(2);
        ask.poll();
        assertTotals(75, 0, 75);
        Report report = ask.report("measures=requests");
        assertEquals(2, report.ingestBatch());
        assertEquals(Map.of("ad-requests-0", 20L), report.offsets());
    }

    @Test
    void batchThatWasGivenUpNeverCounts() {
        lake.complete(1, requests(5));
        lake.live(2, requests(70));
        lake.complete(3, requests(1));
        ask.poll();
        assertTotals(6, 0, 6);
        try (Ask fresh = new Ask(lake)) {
            assertEquals(6L, fresh.value("requests"));
        }
    }

    @Test
    void mergedIsBatchUpToTheCutAndLiveAfterIt() {
        lake.complete(1, requests(5));
        lake.complete(2, requests(10));
        lake.complete(3, requests(20));
        lake.publish("v1", 2, requests(14));
        ask.poll();
        assertTotals(35, 0, 35);
        lake.flip("v1", 2);
        ask.poll();
        assertTotals(34, 14, 20);
        Report merged = ask.report("measures=requests");
        assertEquals(3, merged.ingestBatch());
        assertEquals(2, merged.cut());
        assertEquals(Optional.of("v1"), merged.version());
        Report batch = ask.report("measures=requests", "view=batch");
        assertEquals(2, batch.ingestBatch());
        assertEquals(Map.of("ad-requests-0", 20L), batch.offsets());
    }

    @Test
    void rollbackReturnsToTheVersionBeforeAndItsCut() {
        lake.complete(1, requests(5));
        lake.publish("v1", 1, requests(4));
        lake.flip("v1", 1);
        lake.complete(2, requests(10));
        lake.publish("v2", 2, requests(13));
        lake.flip("v2", 2);
        lake.complete(3, requests(20));
        ask.poll();
        assertTotals(33, 13, 20);
        lake.rollback("v1", 1);
        ask.poll();
        assertTotals(34, 4, 30);
        assertEquals(Optional.of("v1"), ask.report("measures=requests").version());
    }

    /** What was rolled back from will not come again; what the next rollback brings is held instead. */
    @Test
    void aCopyThatStartsAfterARollbackIsReadyForTheNext() {
        for (int night = 1; night <= 3; night++) {
            lake.complete(night, requests(10));
            lake.publish("v" + night, night, requests(9 * night));
            lake.flip("v" + night, night);
        }
        lake.rollback("v2", 2);
        ask.poll();
        assertTotals(28, 18, 10);
        lake.rollback("v1", 1);
        ask.copy.poll();
        assertEquals(Optional.empty(), ask.copy.problem());
        assertTotals(29, 9, 20);
    }

    @Test
    void rollbackToAVersionThatIsNoLongerHeldBuildsTheCopyAgain() {
        for (int night = 1; night <= 4; night++) {
            lake.complete(night, requests(10));
            lake.publish("v" + night, night, requests(9 * night));
            lake.flip("v" + night, night);
            ask.poll();
        }
        assertTotals(36, 36, 0);
        lake.rollback("v1", 1);
        ask.copy.poll();
        ask.poll();
        assertTotals(39, 9, 30);
    }

    /** The name is the same, the Delta version is not. */
    @Test
    void aVersionPublishedAgainUnderItsNameCountsWhenItComesIntoForce() {
        lake.complete(1, requests(5));
        lake.publish("v1", 1, requests(6));
        lake.flip("v1", 1);
        ask.poll();
        lake.publish("v1", 1, requests(7));
        ask.poll();
        assertTotals(6, 6, 0);
        lake.flip("v1", 1);
        ask.poll();
        assertTotals(7, 7, 0);
    }

    @Test
    void flipAheadOfTheLedgerWaitsForIt() {
        lake.complete(1, requests(5));
        lake.live(2, requests(10));
        lake.publish("v1", 2, requests(15));
        lake.flip("v1", 2);
        ask.poll();
        assertTotals(5, 0, 5);
        lake.ledger(2);
        ask.poll();
        assertTotals(15, 15, 0);
    }

    @Test
    void aVersionPublishedButNeverFlippedTakesNothingAway() {
        lake.complete(1, requests(5));
        lake.complete(2, requests(10));
        lake.publish("v1", 2, requests(15));
        ask.poll();
        lake.complete(3, requests(1));
        ask.poll();
        assertTotals(16, 0, 16);
    }

    @Test
    void compactionOfLiveRowsIsInvisible() throws Exception {
        lake.complete(1, requests(5));
        lake.complete(2, requests(10));
        ask.poll();
        Compaction.run(lake.lake.uri(Table.LIVE));
        lake.complete(3, requests(20));
        ask.poll();
        assertTotals(35, 0, 35);
        try (Ask fresh = new Ask(lake)) {
            assertEquals(35L, fresh.value("requests"));
        }
    }

    /** The copy notices by itself, and replaces what it holds: nothing counts twice, nothing is missing. */
    @Test
    void logsThatWereCleanedWhileTheCopySleptAreLoadedAnew() throws Exception {
        lake.complete(1, requests(5));
        ask.poll();
        for (int batch = 2; batch <= 6; batch++) {
            lake.complete(batch, requests(1));
        }
        lake.cleanLog(Table.LIVE);
        lake.cleanLog(Table.LEDGER);
        for (int i = 0; i < 250; i++) {
            ask.copy.poll();
        }
        assertTotals(10, 0, 10);
        assertEquals(6, ask.report("measures=requests").ingestBatch());
        new TestLake(folder).complete(7, requests(100));
        ask.poll();
        assertTotals(110, 0, 110);
    }

    /** A ledger row is never believed before the live rows that belong to it are there. */
    @Test
    void liveRowsWhoseCommitsAloneWereCleanedAwayAreNotMissed() throws Exception {
        lake.complete(1, requests(5));
        ask.poll();
        for (int batch = 2; batch <= 6; batch++) {
            lake.complete(batch, requests(1));
        }
        lake.cleanLog(Table.LIVE);
        ask.copy.poll();
        ask.poll();
        assertTotals(10, 0, 10);
    }

    @Test
    void whenFollowingFailsTheOldCopyAnswersUntilAFreshOneIsBuilt() throws Exception {
        lake.complete(1, requests(5));
        ask.poll();
        lake.live(2, requests(10));
        lake.ledger(2);
        Path gone = Compaction.newestFile(lake.lake.uri(Table.LIVE));
        java.nio.file.Files.move(gone, gone.resolveSibling("hidden"));
        ask.copy.poll();
        assertEquals(true, ask.copy.problem().isPresent());
        assertTotals(5, 0, 5);
        java.nio.file.Files.move(gone.resolveSibling("hidden"), gone);
        ask.poll();
        assertTotals(15, 0, 15);
    }
}
