package io.datastreamx.warehouse.views;

import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import java.util.ArrayList;
import java.util.List;

/** Everything that adds up, by column: the measures, then the buckets of the latency histogram. */
record Sums(String column, String contribution, String meaning) {
    static List<Sums> all() {
        List<Sums> all = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            all.add(new Sums(measure.column(), measure.contribution(), measure.meaning()));
        }
        LatencyHistogram.buckets()
                .forEach(bucket -> all.add(
                        new Sums(bucket.column(), bucket.contribution(), "Responses in this bucket of latency.")));
        return all;
    }

    static List<String> columns() {
        return all().stream().map(Sums::column).toList();
    }
}
