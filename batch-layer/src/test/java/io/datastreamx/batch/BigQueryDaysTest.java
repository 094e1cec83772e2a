package io.datastreamx.batch;

import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a night sends to BigQuery where it has the version before: the days that changed. What is loaded is counted in
 * the requests themselves; what stands in the tables is held against the lake, day by day.
 */
class BigQueryDaysTest {
    private static final List<String> DAYS = List.of("2026-11-19", "2026-11-20", "2026-11-21");
    private static final String CHANGED = "2026-11-20";
    private static final List<StepName> TO_VALIDATE = List.of(StepName.SEAL, StepName.REBUILD, StepName.VALIDATE);
    private static final Pattern LOADED_INTO = Pattern.compile("\"tableId\":\"((?:rollups|ad_opportunities)_[^\"]+)\"");
    private static final Pattern LOADED_DAY = Pattern.compile("\\{\"day\":\"([^\"]+)\"");

    private static final BigQueryEmulator EMULATOR = BigQueryEmulator.start(PublishedNights.PROJECT, "unused");
    /** Rows of load jobs by table and day. */
    private static final Map<String, SortedMap<String, Integer>> LOADED = new ConcurrentHashMap<>();

    /** A lake with a night of three days in force and a second one that is validated; nothing of it in BigQuery. */
    @TempDir
    static Path built;

    private static PublishedNights builtNights;
    private static long first;

    @TempDir
    Path home;

    private PublishedNights nights;

    @BeforeAll
    static void start() {
        EMULATOR.proxy().watch(BigQueryDaysTest::count);
        builtNights = new PublishedNights(EMULATOR, built);
        for (int i = 0; i < DAYS.size(); i++) {
            builtNights.ingest(i, 40, noon(DAYS.get(i)));
        }
        first = builtNights.requests();
        TestWorld lake = new TestWorld(built);
        TO_VALIDATE.forEach(step -> PublishedNights.run(lake.night("n1"), step));
        PublishedNights.run(lake.night("n1"), StepName.PUBLISH);
        PublishedNights.run(lake.night("n1"), StepName.FLIP);
        builtNights.ingest(3, 40, noon(CHANGED).plusSeconds(3600));
        TO_VALIDATE.forEach(step -> PublishedNights.run(lake.night("n2"), step));
    }

    @AfterAll
    static void stop() {
        EMULATOR.close();
    }

    private static Instant noon(String day) {
        return Instant.parse(day + "T12:00:00Z");
    }

    private static void count(String request) {
        if (!request.contains("/upload/")) {
            return;
        }
        var table = LOADED_INTO.matcher(request);
        if (table.find()) {
            SortedMap<String, Integer> days = LOADED.computeIfAbsent(table.group(1), name -> new TreeMap<>());
            LOADED_DAY.matcher(request).results().forEach(row -> days.merge(row.group(1), 1, Integer::sum));
        }
    }

    /** A copy of that lake, and a dataset that has the version in force. */
    @BeforeEach
    void publishFirst() throws IOException {
        copy(built, home);
        nights = builtNights.in(EMULATOR, home);
        nights.publish("n1");
        LOADED.clear();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String rollups(String run, long cut) {
        return BigQueryTables.rollups(Sealed.versionOf(cut, run)).name();
    }

    private static String opportunities(String run, long cut) {
        return BigQueryTables.opportunities(Sealed.versionOf(cut, run)).name();
    }

    /** Rows and what they add up to by day, as the lake has them; Spark opens the files. */
    private SortedMap<String, List<Long>> lake(Table table, String sum) {
        SortedMap<String, List<Long>> days = new TreeMap<>();
        nights.world()
                .spark()
                .read()
                .format("delta")
                .load(nights.world().lake.uri(table))
                .groupBy("day")
                .agg(expr("COUNT(*)"), expr(sum))
                .collectAsList()
                .forEach(row -> days.put(row.get(0).toString(), List.of(row.getLong(1), row.getLong(2))));
        return days;
    }

    private SortedMap<String, List<Long>> warehouse(String table, String sum) {
        SortedMap<String, List<Long>> days = new TreeMap<>();
        nights.client()
                .query("SELECT day, COUNT(*) AS n, " + sum + " AS s FROM " + nights.view(table)
                        + " WHERE day >= '2026-11-01' GROUP BY day")
                .forEach(row -> days.put((String) row.get("day"), List.of((Long) row.get("n"), (Long) row.get("s"))));
        return days;
    }

    private void assertLoaded(String table, Table source, List<String> days) {
        SortedMap<String, Integer> expected = new TreeMap<>();
        SortedMap<String, List<Long>> rows = lake(source, "COUNT(*)");
        days.forEach(day -> expected.put(day, rows.get(day).get(0).intValue()));
        assertEquals(expected, LOADED.getOrDefault(table, new TreeMap<>()), table);
    }

    /** The tables of the version are what the lake has. */
    private void assertExact(String run, long cut) {
        String requests = "SUM(requests)";
        assertEquals(lake(Table.BATCH_ROLLUPS, requests), warehouse(rollups(run, cut), requests));
        String ids = "COUNT(DISTINCT request_id)";
        assertEquals(lake(Table.AD_OPPORTUNITIES, ids), warehouse(opportunities(run, cut), ids));
    }

    @Test
    void onlyTheDayThatChangedIsLoadedAndARollbackIsWhatTheNextNightStartsFrom() {
        nights.world().night("n1").bringIntoForceElsewhere();
        nights.run("n2", List.of(StepName.PUBLISH));
        nights.assertKnownAnswers(first);
        nights.run("n2", List.of(StepName.FLIP));
        nights.assertInForce("n2", 3);
        nights.assertKnownAnswers(nights.requests());
        assertExact("n2", 3);
        assertLoaded(rollups("n2", 3), Table.BATCH_ROLLUPS, List.of(CHANGED));
        assertLoaded(opportunities("n2", 3), Table.AD_OPPORTUNITIES, List.of(CHANGED));

        nights.run("back", List.of(StepName.ROLLBACK));
        nights.assertInForce("n1", 2);
        nights.assertKnownAnswers(first);

        nights.ingest(4, 40, noon(DAYS.get(2)).plusSeconds(3600));
        LOADED.clear();
        nights.run("n3", TO_VALIDATE);
        nights.run("n3", List.of(StepName.PUBLISH, StepName.FLIP));
        nights.assertInForce("n3", 4);
        nights.assertKnownAnswers(nights.requests());
        assertExact("n3", 4);
        assertLoaded(rollups("n3", 4), Table.BATCH_ROLLUPS, List.of(CHANGED, DAYS.get(2)));
    }

    @Test
    void aNightOfAllDaysLoadsThemAll() {
        PublishedNights.run(nights.world().fullNight("n3"), StepName.SEAL);
        nights.run("n3", List.of(StepName.REBUILD, StepName.VALIDATE, StepName.PUBLISH));
        assertExact("n3", 3);
        assertLoaded(rollups("n3", 3), Table.BATCH_ROLLUPS, DAYS);
        assertLoaded(opportunities("n3", 3), Table.AD_OPPORTUNITIES, DAYS);
    }

    /** Gone, never finished, or without some of its rows: nothing is built on it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE IF EXISTS %s",
                "ALTER TABLE %s SET OPTIONS(labels = [('app', 'datastreamx')])",
                "DELETE FROM %s WHERE day = '2026-11-19' AND minute = '2026-11-19 12:00:00+00'"
            })
    void whereTheTableOfTheVersionBeforeDoesNotServeAllDaysAreLoaded(String damage) {
        nights.client().query(String.format(damage, nights.view(rollups("n1", 2))));
        nights.publish("n2");
        assertExact("n2", 3);
        assertLoaded(rollups("n2", 3), Table.BATCH_ROLLUPS, DAYS);
        assertLoaded(opportunities("n2", 3), Table.AD_OPPORTUNITIES, List.of(CHANGED));
    }

    /** Wherever a publish dies, right after BigQuery did what it was asked: the next one makes up for it. */
    @Test
    void aPublishThatDiesAnywhereIsMadeUpForByTheNextTry() throws InterruptedException {
        List<Predicate<String>> deaths = new ArrayList<>();
        for (String table : List.of(rollups("n2", 3), opportunities("n2", 3))) {
            for (String statement : List.of("DROP TABLE", "CLONE", "DELETE", "/upload/", "COUNT", "'complete'")) {
                deaths.add(request -> request.contains(statement) && request.contains(table));
            }
        }
        for (Predicate<String> death : deaths) {
            publishAndDie(death);
        }
        nights.publish("n2");
        assertExact("n2", 3);
    }

    private void publishAndDie(Predicate<String> at) throws InterruptedException {
        Thread publisher = new Thread(() -> assertThrows(WarehouseException.class, () -> nights.publish("n2")));
        List<Throwable> failures = new ArrayList<>();
        publisher.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        EMULATOR.proxy().loseAnswer(request -> {
            boolean now = at.test(request);
            if (now) {
                publisher.interrupt();
            }
            return now;
        });
        publisher.start();
        publisher.join();
        assertEquals(List.of(), failures);
        // The publisher is told before the proxy has crossed the answer off.
        for (int look = 0; look < 1_000 && !EMULATOR.proxy().allLost(); look++) {
            Thread.sleep(10);
        }
        assertTrue(EMULATOR.proxy().allLost());
    }

    /** A statement or load whose answer is lost is done, and done again where it is a statement. */
    @Test
    void lostAnswersChangeNothing() {
        for (String of : List.of("CLONE", "DELETE", "/upload/", "'complete'")) {
            EMULATOR.proxy().loseAnswer(request -> request.contains(of) && request.contains(rollups("n2", 3)));
        }
        nights.publish("n2");
        assertTrue(EMULATOR.proxy().allLost());
        assertExact("n2", 3);
        assertLoaded(rollups("n2", 3), Table.BATCH_ROLLUPS, List.of(CHANGED));
    }

    /** What a killed attempt sent late, be it for a day that is written now or for one that is not. */
    @Test
    void rowsThatShouldNotBeThereStopThePublication() {
        for (String day : List.of(CHANGED, DAYS.get(0))) {
            EMULATOR.proxy().loseAnswer(request -> {
                if (!request.contains("/upload/") || !request.contains(rollups("n2", 3))) {
                    return false;
                }
                nights.client()
                        .query("INSERT INTO " + nights.view(rollups("n2", 3)) + " (day, requests) VALUES (DATE '" + day
                                + "', 1)");
                return true;
            });
            WarehouseException e = assertThrows(WarehouseException.class, () -> nights.publish("n2"));
            assertTrue(e.getMessage().contains("Run the step publish again"), e.getMessage());
        }
        nights.publish("n2");
        assertExact("n2", 3);
    }
}
