package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.training.SampleLog;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
    /** Days cross both thresholds while nights go on. */
    private static final Map<String, String> GRAINS =
            Map.of("datastreamx.reports.minutes", "2d", "datastreamx.reports.hours", "4d");
    /**
     * On days for which nothing comes later: one so old that no night sees its minutes, one that grows old meanwhile.
     */
    private static final Instant LONG_AGO = FIRST_MIDNIGHT.minus(Duration.ofDays(20));

    private static final LocalDate QUIET = LocalDate.of(2026, 11, 13);

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
        world = TestWorld.ofNights(home, GRAINS);
        Random random = new Random(seed);
        SampleLog log = new SampleLog(seed);
        List<Row> sent = new ArrayList<>();
        for (int batch = 0; batch < 6; batch++) {
            List<Row> rows = records(log, batch, random, sent);
            if (batch == 0) {
                rows.addAll(log.batch(batch, 3, LONG_AGO));
                rows.addAll(log.batch(batch, 30, QUIET.atTime(13, 59, 59).toInstant(ZoneOffset.UTC)));
            }
            world.ingest(batch, rows, FIRST_MIDNIGHT.plus(Duration.ofDays(batch).plusHours(1)));
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
        assertThat(inForce().grains()).isEqualTo(new Grains(LocalDate.of(2026, 11, 18), LocalDate.of(2026, 11, 16)));
        assertThat(grains())
                .containsEntry(LocalDate.of(2026, 10, 26), Grain.DAY)
                .containsEntry(QUIET, Grain.DAY)
                .containsEntry(LocalDate.of(2026, 11, 15), Grain.DAY)
                .containsEntry(LocalDate.of(2026, 11, 16), Grain.HOUR)
                .containsEntry(LocalDate.of(2026, 11, 17), Grain.HOUR)
                .containsEntry(LocalDate.of(2026, 11, 18), Grain.MINUTE);
        assertThat(rebuilt("n2").restored())
                .as("minutes as before the night given up, by the hour")
                .contains(QUIET.toString());
        assertThat(rebuilt("n3").coarsened()).as("hours to days").contains(QUIET.toString());
        assertThat(rebuilt("n4").restored())
                .as("hours to days once more, after a rollback")
                .contains(QUIET.toString());
        assertThat(rebuilt("n2").restored())
                .as("days that the night which was given up had changed")
                .isNotEmpty();
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

    @Test
    void aDayIsMadeCoarserWhenItIsItsTurnThoughItsRawLogIsGone() {
        world = TestWorld.ofNights(home, GRAINS);
        SampleLog log = new SampleLog(8);
        LocalDate first = LocalDate.of(2026, 11, 15);
        world.ingest(
                0, log.batch(0, 30, FIRST_MIDNIGHT.plus(Duration.ofMinutes(59)).plusSeconds(58)), FIRST_MIDNIGHT);
        night("n0", 0);
        assertThat(inForce().grains()).isEqualTo(Grains.MINUTES);
        Map<String, Long> before = requestsByTime(first);
        assertThat(before).containsOnlyKeys("2026-11-15 00:59:00", "2026-11-15 01:00:00");
        DeltaTable.forPath(world.spark(), world.lake.uri(Table.EVENTS)).delete(Days.sql(List.of(first)));

        Instant later = FIRST_MIDNIGHT.plus(Duration.ofDays(3));
        world.ingest(1, log.batch(1, 5, later), later);
        night("n1", 1);
        assertThat(rebuilt("n1").coarsened()).containsExactly("2026-11-15");
        assertThat(inForce().grains()).isEqualTo(new Grains(LocalDate.of(2026, 11, 16), LocalDate.MIN));
        assertThat(requestsByTime(first))
                .isEqualTo(Map.of(
                        "2026-11-15 00:00:00", before.get("2026-11-15 00:59:00"),
                        "2026-11-15 01:00:00", before.get("2026-11-15 01:00:00")));

        world.ingest(2, log.batch(2, 5, later.plus(Duration.ofDays(2))), later.plus(Duration.ofDays(2)));
        TO_FLIP.forEach(step -> done(world.fullNight("full"), step));
        assertThat(requestsByTime(first)).isEqualTo(Map.of("2026-11-15 00:00:00", 30L));
        assertThat(inForce().grains()).isEqualTo(new Grains(LocalDate.of(2026, 11, 18), LocalDate.of(2026, 11, 16)));
    }

    private Map<String, Long> requestsByTime(LocalDate day) {
        Map<String, Long> requests = new TreeMap<>();
        BatchTables.read(
                        world.spark(),
                        world.lake,
                        Table.BATCH_ROLLUPS,
                        inForce().tables().get(Table.BATCH_ROLLUPS))
                .where(Days.in(List.of(day)))
                .where("rollup = '" + Rollup.PREVIOUS_CHANNEL_CHANNEL.id() + "'")
                .groupBy(col(Rollup.MINUTE).cast("string"))
                .agg(sum(Measure.REQUESTS.column()))
                .collectAsList()
                .forEach(row -> requests.put(row.getString(0), row.getLong(1)));
        return requests;
    }

    /** Around a midnight of its own, with late events, and repeats of what was sent before. */
    private static List<Row> records(SampleLog log, int batch, Random random, List<Row> sent) {
        Instant now = FIRST_MIDNIGHT.plus(Duration.ofDays(batch));
        List<Row> rows = new ArrayList<>(log.batch(batch, 12, now.minusMillis(500)));
        rows.addAll(log.batch(batch, 4, now.minus(Duration.ofDays(random.nextInt(6)))));
        rows.removeIf(IncrementalNightTest::isQuiet);
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
        rows.removeIf(IncrementalNightTest::isQuiet);
        sent.addAll(first);
        return rows;
    }

    private static boolean isQuiet(Row row) {
        Timestamp counted = row.getAs(Table.EVENTS.columnNames().indexOf(Rollup.COUNTED_TIME));
        return LocalDate.ofInstant(counted.toInstant(), ZoneOffset.UTC).equals(QUIET);
    }

    private void night(String run, long until) {
        steps(run, until, TO_FLIP);
    }

    /** Each step loses its result once, and is done again. */
    private void killed(String run, long until) {
        for (StepName step : TO_FLIP) {
            steps(run, until, List.of(step));
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

    private Versions.Entry inForce() {
        return world.lake.versions().read().inForce().orElseThrow();
    }

    /** The finest grain that the rows of each day begin with; empty days are left out. */
    private Map<LocalDate, Grain> grains() {
        Map<LocalDate, Grain> grains = new TreeMap<>();
        BatchTables.read(
                        world.spark(),
                        world.lake,
                        Table.BATCH_ROLLUPS,
                        inForce().tables().get(Table.BATCH_ROLLUPS))
                .select(Table.DAY, Rollup.MINUTE)
                .collectAsList()
                .forEach(row -> {
                    long minute = row.<Timestamp>getAs(1).getTime() / 60_000;
                    Grain grain = Grain.DAY.startOf(minute) == minute
                            ? Grain.DAY
                            : Grain.HOUR.startOf(minute) == minute ? Grain.HOUR : Grain.MINUTE;
                    grains.merge(row.<Date>getAs(0).toLocalDate(), grain, (a, b) -> a.isCoarserThan(b) ? b : a);
                });
        return grains;
    }

    /** Every row of every table of the version in force, sketches byte by byte. */
    private Map<Table, List<String>> tables() {
        Map<Table, List<String>> tables = new TreeMap<>();
        inForce()
                .tables()
                .forEach((table, version) -> tables.put(
                        table,
                        BatchTables.read(world.spark(), world.lake, table, version).toJSON().collectAsList().stream()
                                .sorted()
                                .toList()));
        return tables;
    }
}
