package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.measure.Measure;
import io.datastreamx.serving.lake.LakeView;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.MergedViews;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The event-level view on both sides of the cut, against the serving layer's over the same opportunities and events.
 */
class SameOpportunitiesTest {
    private static final Dataset DATASET = new Dataset("golden-project", "golden");
    private static final List<String> BY = List.of("last_ad_id", "aggregator_id", "channel_id");

    @TempDir
    Path folder;

    @Test
    void theViewAnswersAsTheServingLayer() throws Exception {
        GoldenStack stack = new GoldenStack(folder);
        BigQueryCatalog catalog = new BigQueryCatalog();
        BigQueryTables.shared().forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        BigQueryTables.ofVersion(GoldenStack.VERSION).forEach(table -> catalog.run(table.createIfAbsent(DATASET)));
        new MergedViews(DATASET, GoldenStack.IN_FORCE)
                .all()
                .forEach(view -> catalog.run(view.createOrReplace(DATASET)));
        Contents warehouse = new Contents(catalog).put(DATASET, stack.tables());

        List<String> measures = Arrays.stream(Measure.values())
                .filter(measure -> measure != Measure.TUNE_INS && measure != Measure.TUNED_S)
                .map(Measure::column)
                .toList();
        LakeView copy = new LakeView(stack.lake.lake, ReportLimits.of(100_000));
        copy.poll();
        Map<Object, Map<String, Object>> expected = new HashMap<>();
        try (copy) {
            copy.report(ReportQuery.of(Map.of(
                            "by",
                            BY,
                            "measures",
                            measures,
                            "from",
                            List.of("2026-11-21"),
                            "to",
                            List.of("2026-11-22"))))
                    .rows()
                    .forEach(row -> expected.put(key(row), row));
        }
        assertTrue(expected.size() > 5, expected.toString());
        Map<Object, Map<String, Object>> got = new HashMap<>();
        String summed = String.join(
                ", ", measures.stream().map(m -> "SUM(" + m + ") AS " + m).toList());
        warehouse
                .query("SELECT " + String.join(", ", BY) + ", " + summed + " FROM "
                        + DATASET.quoted(MergedViews.OPPORTUNITIES) + " WHERE day = '2026-11-21' GROUP BY "
                        + String.join(", ", BY))
                .forEach(row -> got.put(key(row), row));
        assertEquals(expected, got);
    }

    private static Object key(Map<String, Object> row) {
        return Arrays.asList(BY.stream().map(row::get).toArray());
    }
}
