package io.datastreamx.cli.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path folder;

    private String root;
    private Lake lake;

    @BeforeEach
    void open() {
        root = "file://" + folder;
        lake = new Lake(root);
    }

    /** Records of one second each, the first offset first. */
    private void batch(long batch, long firstOffset, int records, int size) {
        List<Map<String, Object>> rows = new ArrayList<>();
        byte[] bytes = new byte[size];
        new Random(batch).nextBytes(bytes);
        for (long offset = firstOffset; offset < firstOffset + records; offset++) {
            Map<String, Object> row = new HashMap<>();
            row.put("ingest_batch", batch);
            row.put("topic", "ad-events");
            row.put("partition", 0);
            row.put("offset", offset);
            row.put("append_time", START.plusSeconds(offset));
            row.put("reason", offset % 2 == 0 ? "malformed_json" : "missing_field");
            row.put("detail", "");
            row.put("size", (long) size);
            row.put("key_id", "k");
            row.put("sealed_key", null);
            row.put("sealed_bytes", bytes);
            rows.add(row);
        }
        lake.table(Table.DEAD_LETTERS).append("ingest-" + batch, batch, rows);
    }

    private void complete(long batch, int records) {
        new Ledger(lake)
                .append(new LedgerEntry(
                        batch,
                        "ingest",
                        0,
                        0,
                        records,
                        new TreeMap<>(Map.of("ad-events-0", new OffsetRange(0, records))),
                        Optional.empty(),
                        Optional.empty(),
                        START));
    }

    private static List<Long> offsets(List<DeadLetters.DeadLetter> letters) {
        return letters.stream().map(letter -> letter.place().offset()).toList();
    }

    @Test
    void theLatestAreThoseThatKafkaGotLastWhateverTheFilesOrder() {
        batch(2, 10, 10, 4);
        batch(1, 0, 10, 4);
        batch(3, 20, 10, 4);
        complete(1, 10);
        complete(2, 10);
        DeadLetters letters = new DeadLetters(lake);
        assertThat(offsets(letters.latest(null, 3)))
                .as("batch 3 is not complete")
                .containsExactly(17L, 18L, 19L);
        assertThat(offsets(letters.latest("malformed_json", 6))).containsExactly(8L, 10L, 12L, 14L, 16L, 18L);
        assertThat(letters.latest(null, 100)).hasSize(20);
        List<DeadLetters.DeadLetter> latest = letters.latest(null, 11);
        assertThat(letters.sealed(latest)).as("of no others").hasSize(11);
        assertThat(letters.sealed(latest).get(latest.get(0).place()).value()).hasSize(4);
    }

    /** {@code latest} in a heap that could not hold what the records hold. */
    public static void main(String[] args) {
        System.out.println(offsets(new DeadLetters(new Lake(args[0])).latest(null, 5)));
    }

    @Test
    void theLatestNeedNoMemoryForWhatAllHold() throws Exception {
        for (int batch = 1; batch <= 3; batch++) {
            batch(batch, 40L * batch, 40, 1 << 20);
            complete(batch, 40);
        }
        Process small = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeadLettersTest.class.getName(),
                        root)
                .redirectErrorStream(true)
                .start();
        String said = new String(small.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(small.waitFor()).as(said).isZero();
        assertThat(said).contains("[155, 156, 157, 158, 159]");
    }
}
