package io.datastreamx.serving.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A file that is not as it was written is left, and another built. */
class DamagedCopyFileTest extends CopiedLake {
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
}
