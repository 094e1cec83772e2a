package io.datastreamx.ml.training;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How many attempts show what; counted where they lie, so that only the counts travel. */
final class Occurrences {
    private Occurrences() {}

    /** @param shown what an attempt shows, each once */
    static Map<String, Long> of(Dataset<Row> attempts, Attempts.Function<List<String>> shown) {
        return Attempts.rows(attempts)
                .mapPartitions(rows -> counted(rows, shown))
                .fold(new HashMap<>(), (one, other) -> {
                    other.forEach((token, times) -> one.merge(token, times, Long::sum));
                    return one;
                });
    }

    private static Iterator<Map<String, Long>> counted(Iterator<Row> rows, Attempts.Function<List<String>> shown) {
        Map<String, Long> counts = new HashMap<>();
        rows.forEachRemaining(
                row -> shown.of(Attempts.asked(row)).forEach(token -> counts.merge(token, 1L, Long::sum)));
        return List.of(counts).iterator();
    }
}
