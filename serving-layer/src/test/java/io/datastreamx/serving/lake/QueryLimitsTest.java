package io.datastreamx.serving.lake;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.serving.TestLake;
import io.datastreamx.serving.report.QueryLimitException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A question that would never end, or fill the memory, ends alone. */
class QueryLimitsTest {
    private static final String ENDLESS =
            "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range * b.range % 7 = 3";
    private static final String LARGE =
            "SELECT length(string_agg(range::VARCHAR || repeat('x', 100), ',')) FROM range(100000000)";

    @TempDir
    Path folder;

    private TestLake lake;
    private CopySettings settings;
    private QueryLimits limits;
    private Copy copy;

    @BeforeEach
    void open() {
        lake = new TestLake(folder.resolve("lake"));
        complete(1);
        settings = new CopySettings(folder.resolve("serving"), true, 128L << 20, Duration.ofSeconds(3));
        limits = new QueryLimits(settings);
        copy = new Copy(lake.lake, new CopyFolder(settings.folder()), settings);
        copy.poll();
    }

    @AfterEach
    void close() {
        copy.close();
        limits.close();
    }

    private void complete(long batch) {
        lake.complete(batch, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 1));
    }

    private long requests() {
        try (ReadTransaction transaction = copy.read(limits)) {
            return requests(transaction);
        }
    }

    private static long requests(ReadTransaction transaction) {
        return transaction
                .rows("SELECT sum(requests)::BIGINT FROM live", List.of(), row -> row.getLong(1))
                .get(0);
    }

    /** Others that are under way and those that come later answer, and the log is followed. */
    private void assertEndsAlone(String question, String setting) {
        try (ReadTransaction other = copy.read(limits);
                ReadTransaction transaction = copy.read(limits)) {
            assertThatThrownBy(() -> transaction.rows(question, List.of(), row -> row.getLong(1)))
                    .isInstanceOf(QueryLimitException.class)
                    .hasMessageContaining("datastreamx.serving." + setting)
                    .hasMessageContaining("limit=");
            assertThat(requests(other)).isEqualTo(1);
        }
        complete(2);
        copy.poll();
        assertThat(requests()).isEqualTo(2);
    }

    @Test
    void oneThatTakesTooLongIsEnded() {
        assertEndsAlone(ENDLESS, "query-timeout");
    }

    @Test
    void oneWhoseRowsDoNotEndIsEnded() {
        assertEndsAlone("SELECT * FROM range(1000000000000)", "query-timeout");
    }

    @Test
    void oneThatNeedsTooMuchMemoryIsEnded() {
        assertEndsAlone(LARGE, "memory-limit");
    }

    /** The same copy goes on: what the logs told of is not forgotten. */
    @Test
    void whereMemoryIsShortTheNextPollLoadsWhatThisOneCouldNot() throws Exception {
        complete(2);
        lake.publish("v1", 1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 7));
        lake.flip("v1", 1);
        try (Writer other = otherWriter()) {
            other.execute("SET GLOBAL memory_limit = '" + (memoryUsed() + 32_768) + "B'");
            assertThatThrownBy(copy::poll)
                    .isInstanceOfSatisfying(CopyException.class, failure -> assertThat(failure.isOutOfMemory())
                            .isTrue());
            other.execute("SET GLOBAL memory_limit = '128MB'");
        }
        assertThat(requests()).isEqualTo(1);
        copy.poll();
        assertThat(requests()).isEqualTo(1);
        try (ReadTransaction transaction = copy.read(limits)) {
            assertThat(transaction.position().ingestBatch()).isEqualTo(2);
            assertThat(transaction.position().version()).contains("v1");
        }
    }

    private long memoryUsed() {
        try (ReadTransaction transaction = copy.read(limits)) {
            return transaction
                    .rows(
                            "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()",
                            List.of(),
                            row -> row.getLong(1))
                    .get(0);
        }
    }

    /** Another connection to the database that this process has open. */
    private Writer otherWriter() throws Exception {
        try (Stream<Path> files = Files.list(settings.folder())) {
            Path file = files.filter(path -> path.toString().endsWith(".duckdb"))
                    .findFirst()
                    .orElseThrow();
            Path temporary = Path.of(file.toString().replace(".duckdb", ".tmp"));
            return Writer.open(file, temporary, settings);
        }
    }
}
