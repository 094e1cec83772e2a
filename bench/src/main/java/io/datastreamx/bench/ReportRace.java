package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same questions, one at a time, by several that begin in turns; their answers must be equal. */
final class ReportRace {
    /** One answer more than are counted: the first of a round warms up. */
    private static final int ANSWERS = 4;

    private final List<Reporter> reporters;
    private final List<ReportQuestion> questions;
    private final Instant to;
    /** Milliseconds by reporter and question. */
    private final Map<String, Map<String, List<Double>>> times = new LinkedHashMap<>();

    private final Map<String, List<String>> answers = new HashMap<>();

    /** @param to the first minute that is not asked for */
    ReportRace(List<Reporter> reporters, List<ReportQuestion> questions, Instant to) {
        this.reporters = reporters;
        this.questions = questions;
        this.to = to;
    }

    /** @return what differs */
    List<String> round(int number) throws Exception {
        List<String> wrong = new ArrayList<>();
        List<Reporter> order = new ArrayList<>(reporters);
        Collections.rotate(order, -number);
        for (Reporter reporter : order) {
            for (ReportQuestion question : questions) {
                wrong.addAll(ask(reporter, question));
            }
        }
        return wrong;
    }

    private List<String> ask(Reporter reporter, ReportQuestion question) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < ANSWERS; i++) {
            long began = System.nanoTime();
            List<String> answer = reporter.answer(question, to);
            double ms = (System.nanoTime() - began) / 1e6;
            if (i > 0) {
                times.computeIfAbsent(reporter.id(), id -> new LinkedHashMap<>())
                        .computeIfAbsent(question.id(), id -> new ArrayList<>())
                        .add(ms);
            }
            // The order of groups without one of their own is each engine's.
            List<String> sorted = answer.stream().sorted().toList();
            List<String> first = answers.putIfAbsent(question.id(), sorted);
            if (sorted.isEmpty() || first != null && !first.equals(sorted)) {
                wrong.add("%s: %s says %s, and %s was said before"
                        .formatted(question.id(), reporter.title(), brief(sorted), brief(first)));
            }
        }
        return wrong;
    }

    private static String brief(List<String> rows) {
        return rows == null
                ? "nothing"
                : rows.size() + " rows " + rows.stream().limit(2).toList();
    }

    /** Medians, least and greatest by question. */
    ObjectNode figures(Reporter reporter) {
        ObjectNode figures = Machine.JSON.createObjectNode();
        times.getOrDefault(reporter.id(), Map.of()).forEach((question, ms) -> {
            Spread spread = spread(ms);
            figures.putObject(question)
                    .put("median_ms", tenths(spread.median()))
                    .put("min_ms", tenths(spread.min()))
                    .put("max_ms", tenths(spread.max()));
        });
        return figures;
    }

    private static double tenths(double ms) {
        return Math.round(10 * ms) / 10.0;
    }

    private static Spread spread(List<Double> ms) {
        return Spread.of(ms, Double::doubleValue);
    }

    String chart(String title) {
        BarChart chart = new BarChart(title);
        for (ReportQuestion question : questions) {
            chart.panel(
                    question.id().replace('_', ' ') + ", ms, one at a time",
                    "%,.1f",
                    reporters.stream()
                            .map(reporter -> new BarChart.Bar(
                                    reporter.title(),
                                    spread(times.get(reporter.id()).get(question.id())),
                                    reporter instanceof ServingReports))
                            .toList());
        }
        return chart.toSvg();
    }
}
