package io.datastreamx.serving;

import io.datastreamx.serving.lake.CopySettings;
import io.datastreamx.serving.lake.LakeView;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A copy of a test's lake that looks at the logs only when told to, and questions in a few words. */
final class Ask implements AutoCloseable {
    final LakeView copy;

    Ask(TestLake lake) {
        this(lake, 100_000);
    }

    /** @param mostRows a report with more is refused */
    Ask(TestLake lake, int mostRows) {
        this(new LakeView(lake.lake, ReportLimits.of(mostRows)));
    }

    Ask(TestLake lake, CopySettings settings) {
        this(new LakeView(lake.lake, ReportLimits.of(100_000), settings));
    }

    private Ask(LakeView copy) {
        this.copy = copy;
        copy.poll();
    }

    void poll() {
        copy.poll();
        copy.problem().ifPresent(problem -> {
            throw new AssertionError(problem);
        });
    }

    /** @param parameters {@code name=value} as in an address */
    Report report(String... parameters) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (String parameter : parameters) {
            String[] parts = parameter.split("=", 2);
            given.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
        }
        return copy.report(ReportQuery.of(given));
    }

    Object value(String measure, String... parameters) {
        List<String> all = new ArrayList<>(List.of(parameters));
        all.add("measures=" + measure);
        return report(all.toArray(String[]::new)).rows().get(0).get(measure);
    }

    @Override
    public void close() {
        copy.close();
    }
}
