package io.datastreamx.serving.lake;

import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.lake.Lake;
import io.datastreamx.testing.JavaProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The file that a copy is kept in outlives it: the next goes on from it. */
class CopyFileTest extends CopiedLake {
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
