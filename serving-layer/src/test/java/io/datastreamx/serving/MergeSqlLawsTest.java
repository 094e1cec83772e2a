package io.datastreamx.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.testing.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * DuckDB's merge of partial rows: no report depends on how they are grouped, in which order, or on zeros among them.
 */
class MergeSqlLawsTest {
    @Provide
    Arbitrary<List<Map<String, Object>>> partials() {
        return Generated.partials(40);
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void howPartialRowsAreSplitChangesNoReport(
            @ForAll("partials") List<Map<String, Object>> rows, @ForAll Random random) throws IOException {
        TestLake together = lake();
        together.complete(1, array(rows));

        List<List<Map<String, Object>>> parts = Generated.split(Generated.shuffled(rows, random), 3, random);
        TestLake apart = lake();
        // What the version covers counts from the version alone.
        apart.complete(1, array(rows));
        apart.publish("v1", 1, array(parts.get(0)));
        apart.flip("v1", 1);
        apart.complete(2, array(parts.get(1)));
        apart.complete(3, array(parts.get(2)));

        TestLake built = lake();
        List<Map<String, Object>> reversed = new ArrayList<>(rows);
        Collections.reverse(reversed);
        built.ledger(1);
        built.publish("v1", 1, array(reversed));
        built.flip("v1", 1);

        Map<String, Object> expected = reports(together);
        assertThat(reports(apart)).isEqualTo(expected);
        assertThat(reports(built)).isEqualTo(expected);
    }

    private static TestLake lake() throws IOException {
        return new TestLake(Files.createTempDirectory(Path.of("").toAbsolutePath(), "laws"));
    }

    /** Every measure of every rollup, in total and by all of its dimensions. */
    private static Map<String, Object> reports(TestLake lake) {
        Map<String, Object> reports = new HashMap<>();
        try (Ask ask = new Ask(lake)) {
            ask.poll();
            for (Rollup rollup : Rollup.values()) {
                String by = String.join(",", rollup.dimensions());
                reports.put(by, ask.report("by=" + by).rows());
                reports.put(by + ",hour", ask.report("by=" + by + ",hour").rows());
                reports.put(
                        by + " devices",
                        ask.report("by=" + by, "measures=unique_devices").rows());
            }
        }
        return reports;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object>[] array(List<Map<String, Object>> rows) {
        return rows.toArray(Map[]::new);
    }
}
