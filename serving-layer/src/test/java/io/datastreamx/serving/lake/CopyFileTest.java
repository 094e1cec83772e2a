package io.datastreamx.serving.lake;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.lake.Lake;
import io.datastreamx.serving.TestLake;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.testing.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a copy is kept in outlives it, for as long as it is sound. */
class CopyFileTest {
    private static final int DAYS = 4;

    @TempDir
    Path folder;

    private TestLake lake;
    private CopySettings settings;
    private QueryLimits limits;

    @BeforeEach
    void open() {
        lake = new TestLake(folder.resolve("lake"));
        settings = new CopySettings(folder.resolve("serving"), true, 128L << 20, Duration.ofMinutes(1));
        limits = new QueryLimits(settings);
        lake.complete(1, requests(0, 1));
        lake.publish("v1", 1, everyDay(10));
        lake.flip("v1", 1);
    }

    @AfterEach
    void close() {
        limits.close();
    }

    private static Map<String, Object> requests(int day, int count) {
        return row(AGGREGATOR_CHANNEL, T0.plus(Duration.ofDays(day)), "channel_id", "news", "requests", count);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object>[] everyDay(int count) {
        return IntStream.range(0, DAYS).mapToObj(day -> requests(day, count)).toArray(Map[]::new);
    }

    private Copy copy() {
        Copy copy = new Copy(lake.lake, new CopyFolder(settings.folder()), settings);
        copy.poll();
        return copy;
    }

    private long batchRequests(Copy copy) {
        return requests(copy, limits);
    }

    private static long requests(Copy copy, QueryLimits limits) {
        try (ReadTransaction transaction = copy.read(limits)) {
            return transaction
                    .rows("SELECT sum(requests)::BIGINT FROM rollups", List.of(), row -> row.getLong(1))
                    .get(0);
        }
    }

    private List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(settings.folder())) {
            return files.filter(path -> path.toString().endsWith(end)).toList();
        }
    }

    private Path file() throws IOException {
        assertThat(files(".duckdb")).hasSize(1);
        return files(".duckdb").get(0);
    }

    private void assertStartLoads(int days, long requests) throws IOException {
        try (Copy copy = copy()) {
            assertThat(batchRequests(copy)).isEqualTo(requests);
            assertThat(copy.daysLoaded()).isEqualTo(days);
            file();
        }
    }

    @Test
    void aStartGoesOnFromTheDaysThatAreThere() throws Exception {
        assertStartLoads(DAYS, 40);
        assertStartLoads(0, 40);
        lake.publishDays("v2", 1, requests(2, 100));
        lake.flip("v2", 1);
        assertStartLoads(1, 130);
        assertStartLoads(0, 130);
    }

    @Test
    void aNewVersionLoadsTheDaysThatChangedAndDaysOfNoVersionGo() {
        try (Copy copy = copy()) {
            for (int night = 2; night <= 5; night++) {
                lake.publishDays("v" + night, 1, requests(2, night));
                copy.poll();
                lake.flip("v" + night, 1);
                copy.poll();
                assertThat(batchRequests(copy)).isEqualTo(30 + night);
                assertThat(copy.daysLoaded()).isEqualTo(DAYS + night - 1);
                assertThat(copy.daysHeld()).isEqualTo(DAYS + 1);
            }
            lake.rollback("v4", 1);
            copy.poll();
            assertThat(batchRequests(copy)).isEqualTo(34);
        }
    }

    /** A reader sees what it saw, also when the rows that it reads are deleted. */
    @Test
    void aReaderKeepsTheVersionThatItBeganWith() {
        try (Copy copy = copy();
                ReadTransaction transaction = copy.read(limits)) {
            for (int night = 2; night <= 4; night++) {
                lake.publish("v" + night, 1, everyDay(night));
                lake.flip("v" + night, 1);
                copy.poll();
            }
            assertThat(batchRequests(copy)).isEqualTo(16);
            assertThat(transaction.position().version()).contains("v1");
            assertThat(transaction.rows("SELECT sum(requests)::BIGINT FROM rollups", List.of(), row -> row.getLong(1)))
                    .containsExactly(40L);
        }
    }

    @Test
    void aFileThatWasCutInHalfIsBuiltAnew() throws Exception {
        assertStartLoads(DAYS, 40);
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        assertStartLoads(DAYS, 40);
    }

    @Test
    void aFileOfSomethingElseIsBuiltAnew() throws Exception {
        assertStartLoads(DAYS, 40);
        Files.writeString(file(), "no database ".repeat(10_000));
        assertStartLoads(DAYS, 40);
    }

    /** Wherever the damage is: either it touches nothing that is read, or the file is built anew. */
    @Test
    void damageInTheMidstOfAFileChangesNoAnswer() throws Exception {
        assertStartLoads(DAYS, 40);
        Path sound = Files.copy(file(), folder.resolve("sound"));
        int builtAnew = 0;
        for (long at = 0; at < Files.size(sound); at += 393_216) {
            Files.copy(sound, file(), StandardCopyOption.REPLACE_EXISTING);
            try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
                file.seek(at);
                file.write("damage".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
            }
            try (Copy copy = copy()) {
                assertThat(batchRequests(copy)).isEqualTo(40);
                builtAnew += copy.daysLoaded() > 0 ? 1 : 0;
            }
        }
        assertThat(builtAnew).isPositive();
    }

    /** What DuckDB has in memory it does not look up again, so the memory is made small for a moment. */
    @Test
    void damageThatComesWhileTheFileIsInUseIsNoticedAndTheViewGetsAnotherFile() throws Exception {
        try (LakeView view = new LakeView(lake.lake, ReportLimits.of(10), settings)) {
            view.poll();
            Path file = file();
            try (Writer other = Writer.open(file, Path.of(file.toString().replace(".duckdb", ".tmp")), settings)) {
                other.tidy();
                try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
                    damaged.seek(12_288);
                    damaged.write("damage".repeat(500_000).getBytes(StandardCharsets.US_ASCII));
                }
                other.execute("SET GLOBAL memory_limit = '1MB'");
                other.execute("SET GLOBAL memory_limit = '128MB'");
            }
            assertThatThrownBy(() -> view.report(ReportQuery.of(Map.of()))).isInstanceOf(CopyException.class);
            view.poll();
            assertThat(view.problem()).isPresent();
            view.poll();
            assertThat(view.problem()).isEmpty();
            assertThat(view.report(ReportQuery.of(Map.of())).rows().get(0)).containsEntry("requests", 40L);
            assertThat(file()).isNotEqualTo(file);
        }
    }

    @Test
    void aFileOfAnotherEditionIsBuiltAnew() throws Exception {
        assertStartLoads(DAYS, 40);
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:" + file());
                Statement statement = duck.createStatement()) {
            statement.execute("UPDATE edition SET number = number + 1");
        }
        assertStartLoads(DAYS, 40);
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:" + file());
                Statement statement = duck.createStatement()) {
            statement.execute("DROP TABLE edition");
        }
        assertStartLoads(DAYS, 40);
    }

    @Test
    void copiesAtATimeHaveAFileEachAndTheNextStartLeavesOne() throws Exception {
        Copy first = copy();
        Copy second = copy();
        assertThat(files(".duckdb")).hasSize(2);
        assertThat(List.of(batchRequests(first), batchRequests(second))).containsExactly(40L, 40L);
        first.close();
        second.close();
        assertStartLoads(0, 40);
        try (Copy third = copy()) {
            third.discard();
        }
        assertThat(files("")).isEmpty();
    }

    @Test
    void anotherProcessKeepsItsFileAndOneThatIsKilledLeavesItsOwn() throws Exception {
        List<Path> classes = Stream.of(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .map(Path::of)
                .toList();
        List<String> arguments = List.of(lake.lake.root(), settings.folder().toString());
        try (JavaProcess other = JavaProcess.start(new JavaProcess.Launch(
                OtherProcess.class.getName(), classes, List.of("-Xmx128m"), Map.of(), arguments))) {
            other.awaitLine("HOLDS 40", Duration.ofMinutes(1));
            Path held = file();
            try (Copy copy = copy()) {
                assertThat(batchRequests(copy)).isEqualTo(40);
                assertThat(copy.daysLoaded()).isEqualTo(DAYS);
                assertThat(files(".duckdb")).hasSize(2).contains(held);
                copy.discard();
            }
            other.kill();
        }
        assertStartLoads(0, 40);
    }

    /** Holds a copy until it is killed. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws Exception {
            CopySettings settings = new CopySettings(Path.of(arguments[1]), true, 128L << 20, Duration.ofMinutes(1));
            Copy copy = new Copy(new Lake(arguments[0]), new CopyFolder(settings.folder()), settings);
            copy.poll();
            System.out.println("HOLDS " + requests(copy, new QueryLimits(settings)));
            new CountDownLatch(1).await();
        }
    }

    @Test
    void theRoomOfOldVersionsIsUsedAgain() throws Exception {
        try (Copy copy = copy()) {
            for (int night = 2; night <= 5; night++) {
                lake.publish("v" + night, 1, everyDay(night));
                lake.flip("v" + night, 1);
                copy.poll();
            }
            long size = Files.size(file());
            for (int night = 6; night <= 14; night++) {
                lake.publish("v" + night, 1, everyDay(night));
                lake.flip("v" + night, 1);
                copy.poll();
            }
            assertThat(Files.size(file())).isLessThan(3 * size);
        }
    }
}
