package io.datastreamx.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.training.SampleLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The law that lets a night touch only what changed: over histories with late events, late duplicates in either order,
 * nights that were killed, given up or rolled back, the tables are those that a night makes which builds all days anew.
 */
class IncrementalNightTest {
    private static final Instant FIRST_MIDNIGHT = Instant.parse("2026-11-15T00:00:00Z");
    /** On a day for which nothing comes later. */
    private static final Instant LONG_AGO = FIRST_MIDNIGHT.minus(Duration.ofDays(20));

    private static final List<StepName> TO_FLIP =
            List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE, StepName.PUBLISH, StepName.FLIP);

    @TempDir
    Path home;

    private TestWorld world;

    @Test
    void incrementalEqualsFullAndWhatARebuildFromTheRawLogAloneMakes() {
        history(1);
    }

    @Tag("faults")
    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5, 6})
    void andSoOverOtherHistories(long seed) {
        history(seed);
    }

    private void history(long seed) {
        world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        Random random = new Random(seed);
        SampleLog log = new SampleLog(seed);
        List<Row> sent = new ArrayList<>();
        for (int batch = 0; batch < 6; batch++) {
            List<Row> rows = records(log, batch, random, sent);
            if (batch == 0) {
                rows.addAll(log.batch(batch, 3, LONG_AGO));
            }
            world.ingest(batch, rows);
            switch (batch) {
                case 0, 4 -> night("n" + batch, batch);
                case 1 ->
                    List.of(StepName.SEAL, StepName.REBUILD).forEach(step -> done(world.fullNight("given-up"), step));
                case 2 -> killed("n2", batch);
                case 3 -> {
                    night("n3", batch);
                    steps("back", batch, List.of(StepName.ROLLBACK));
                }
                default -> night("last", batch);
            }
        }
        Map<Table, List<String>> incremental = tables();
        assertThat(incremental.get(Table.LATE_DUPLICATES)).hasSizeGreaterThan(10);

        TO_FLIP.forEach(step -> done(world.fullNight("full"), step));
        assertThat(rebuilt("full").rebuilt()).hasSizeGreaterThan(5);
        assertThat(tables()).isEqualTo(incremental);

        for (String folder : List.of("/batch", "/versions", "/runs", "/control")) {
            world.lake.files().deleteFolder(world.lake.root() + folder);
        }
        night("anew", 5);
        assertThat(tables()).isEqualTo(incremental);
    }

    @Test
    void daysThatGotNoEventsAreNotTouched() {
        world = new TestWorld(home, "127.0.0.1:9", 1_000_000);
        SampleLog log = new SampleLog(7);
        for (int day = 0; day < 4; day++) {
            world.ingest(
                    day,
                    log.batch(day, 10, FIRST_MIDNIGHT.plus(Duration.ofDays(day).plusHours(12))));
        }
        night("n0", 3);
        Versions.Entry before = world.lake.versions().read().inForce().orElseThrow();
        world.ingest(4, log.batch(4, 10, FIRST_MIDNIGHT.plus(Duration.ofDays(1).plusHours(13))));
        night("n1", 4);
        Versions.Entry after = world.lake.versions().read().inForce().orElseThrow();
        for (Table table : Table.ofBatch()) {
            var delta = world.lake.table(table);
            assertThat(delta.state(after.tables().get(table))
                            .daysUnlike(delta.state(before.tables().get(table))))
                    .as(table.path())
                    .allMatch(day -> day.toString().equals("2026-11-16"));
        }
        assertThat(after.events()).isGreaterThan(before.events());

        night("nothing-new", 4);
        Versions.Entry idle = world.lake.versions().read().inForce().orElseThrow();
        assertThat(idle.tables()).isEqualTo(after.tables());
        assertThat(idle.runId()).isEqualTo("nothing-new");
    }

    /** Around a midnight of its own, with late events, and repeats of what was sent before. */
    private static List<Row> records(SampleLog log, int batch, Random random, List<Row> sent) {
        Instant now = FIRST_MIDNIGHT.plus(Duration.ofDays(batch));
        List<Row> rows = new ArrayList<>(log.batch(batch, 12, now.minusMillis(500)));
        rows.addAll(log.batch(batch, 4, now.minus(Duration.ofDays(random.nextInt(6)))));
        List<Row> first = List.copyOf(rows);
        for (int i = 0; i < 4 && !sent.isEmpty(); i++) {
            rows.add(log.again(sent.get(random.nextInt(sent.size())), batch));
            rows.add(log.again(
                    sent.get(random.nextInt(sent.size())),
                    batch,
                    Duration.ofSeconds(-30),
                    Duration.ofDays(random.nextInt(5) - 2)));
            rows.add(log.flagged(first.get(random.nextInt(first.size())), batch));
        }
        sent.addAll(first);
        return rows;
    }

    private void night(String run, long until) {
        steps(run, until, TO_FLIP);
    }

    /** Each step loses its result once, and is done again. */
    private void killed(String run, long until) {
        for (StepName step : TO_FLIP) {
            steps(run, until, List.of(step));
            if (step == StepName.REBUILD) {
                assertThat(rebuilt(run).restored())
                        .as("days that the night which was given up had changed")
                        .isNotEmpty();
            }
            if (step != StepName.SEAL) {
                world.lake.files().delete(world.lake.runUri(run, step.code()));
                steps(run, until, List.of(step));
            }
        }
    }

    private void steps(String run, long until, List<StepName> steps) {
        steps.forEach(step -> done(world.night(run, OptionalLong.of(until)), step));
    }

    private static void done(Night night, StepName step) {
        StepReport report = new NightRunner().run(night, step);
        assertThat(report.status()).as(report.toString()).isEqualTo(StepReport.Status.DONE);
    }

    private Rebuild.Result rebuilt(String run) {
        return world.night(run).run().require(StepName.REBUILD, Rebuild.Result.class);
    }

    /** Every row of every table of the version in force, sketches byte by byte. */
    private Map<Table, List<String>> tables() {
        Versions.Entry inForce = world.lake.versions().read().inForce().orElseThrow();
        Map<Table, List<String>> tables = new TreeMap<>();
        inForce.tables()
                .forEach((table, version) -> tables.put(
                        table,
                        BatchTables.read(world.spark(), world.lake, table, version).toJSON().collectAsList().stream()
                                .sorted()
                                .toList()));
        return tables;
    }
}
