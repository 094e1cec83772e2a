package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.serving.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is loaded or flipped meanwhile, an answer is exactly that of the position that it states. */
class ConsistencyTest {
    private static final int BATCHES = 16;

    @TempDir
    Path folder;

    /**
     * Batch b holds 2^(b mod 20) requests per channel, so that no two sets of batches have the same total by accident.
     */
    private static long requestsOf(long batch) {
        return 1L << (batch % 20);
    }

    private static long totalAt(long position) {
        long total = 0;
        for (long batch = 1; batch <= position; batch++) {
            total += 2 * requestsOf(batch);
        }
        return total;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object>[] rows(long factor, int minute) {
        return new Map[] {
            row(AGGREGATOR_CHANNEL, T0.plusSeconds(60L * minute), "channel_id", "news", "requests", factor),
            row(AGGREGATOR_CHANNEL, T0.plusSeconds(60L * minute), "channel_id", "film", "requests", factor)
        };
    }

    @Test
    void everyAnswerUnderLoadAndFlipsEqualsTheTotalAtItsPosition() throws Exception {
        TestLake lake = new TestLake(folder);
        AtomicBoolean done = new AtomicBoolean();
        ConcurrentSkipListSet<Long> positions = new ConcurrentSkipListSet<>();
        ConcurrentSkipListSet<Long> cuts = new ConcurrentSkipListSet<>();
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try (Ask ask = new Ask(lake)) {
            Future<Integer> asked = reader.submit(() -> {
                int answers = 0;
                while (!done.get()) {
                    Report report = ask.report("by=channel,minute", "measures=requests");
                    long total = report.rows().stream()
                            .mapToLong(r -> (Long) r.get("requests"))
                            .sum();
                    assertEquals(
                            totalAt(report.ingestBatch()),
                            total,
                            "at " + report.ingestBatch() + " with cut " + report.cut());
                    positions.add(report.ingestBatch());
                    cuts.add(report.cut());
                    answers++;
                }
                return answers;
            });
            for (int batch = 1; batch <= BATCHES; batch++) {
                lake.live(batch, rows(requestsOf(batch), batch));
                ask.poll();
                lake.ledger(batch);
                ask.poll();
                if (batch % 4 == 0) {
                    lake.publish("v" + batch, batch - 2, rebuilt(batch - 2));
                    ask.poll();
                    lake.flip("v" + batch, batch - 2);
                    ask.poll();
                }
                if (batch == 14) {
                    lake.rollback("v8", 6);
                    ask.poll();
                }
            }
            done.set(true);
            assertTrue(asked.get() > 0);
            assertEquals(totalAt(BATCHES), (Long) ask.value("requests"));
        } finally {
            done.set(true);
            reader.shutdownNow();
        }
        assertTrue(positions.size() > 5, "the reader saw the log grow: " + positions);
        assertTrue(cuts.size() > 2, "the reader saw flips: " + cuts);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object>[] rebuilt(int cut) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (int batch = 1; batch <= cut; batch++) {
            all.addAll(List.of(rows(requestsOf(batch), batch)));
        }
        return all.toArray(Map[]::new);
    }
}
