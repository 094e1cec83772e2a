package io.datastreamx.serving.lake;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.serving.TestLake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A lake with a version of some days, and copies of it in one folder. */
abstract class CopiedLake {
    static final int DAYS = 4;

    @TempDir
    Path folder;

    TestLake lake;
    CopySettings settings;
    QueryLimits limits;

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

    static Map<String, Object> requests(int day, int count) {
        return row(AGGREGATOR_CHANNEL, T0.plus(Duration.ofDays(day)), "channel_id", "news", "requests", count);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object>[] everyDay(int count) {
        return IntStream.range(0, DAYS).mapToObj(day -> requests(day, count)).toArray(Map[]::new);
    }

    Copy copy() {
        Copy copy = new Copy(lake.lake, new CopyFolder(settings.folder()), settings);
        copy.poll();
        return copy;
    }

    long batchRequests(Copy copy) {
        return requests(copy, limits);
    }

    static long requests(Copy copy, QueryLimits limits) {
        try (ReadTransaction transaction = copy.read(limits)) {
            return transaction
                    .rows("SELECT sum(requests)::BIGINT FROM rollups", List.of(), row -> row.getLong(1))
                    .get(0);
        }
    }

    List<Path> files(String end) throws IOException {
        try (Stream<Path> files = Files.list(settings.folder())) {
            return files.filter(path -> path.toString().endsWith(end)).toList();
        }
    }

    Path file() throws IOException {
        assertThat(files(".duckdb")).hasSize(1);
        return files(".duckdb").get(0);
    }

    void assertStartLoads(int days, long requests) throws IOException {
        try (Copy copy = copy()) {
            assertThat(batchRequests(copy)).isEqualTo(requests);
            assertThat(copy.daysLoaded()).isEqualTo(days);
            file();
        }
    }
}
