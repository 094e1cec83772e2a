package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DerivedMeasure;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A number that a report can show, under its name in the contract.
 *
 * @param name as in the contract
 * @param meaning one line for the glossary
 * @param unit {@code count}, {@code micros}, {@code ratio}, {@code ms}, {@code s}
 * @param sums the columns whose sums it needs
 * @param value from a group's sums to a whole number, a {@code Double}, or null where there is no answer
 * @param order the same to sort by, as SQL over the sums that DuckDB and BigQuery read alike; empty where SQL has none
 */
public record Figure(
        String name,
        String meaning,
        String unit,
        List<String> sums,
        Function<Group, Object> value,
        Optional<String> order) {
    private static final List<String> BUCKETS = LatencyHistogram.buckets().stream()
            .map(LatencyHistogram.Bucket::column)
            .toList();
    private static final Map<String, Figure> ALL = all();

    static List<Figure> every() {
        return List.copyOf(ALL.values());
    }

    /** All but the sketch, whose reading costs more than all the others. */
    static List<Figure> standard() {
        return ALL.values().stream().filter(figure -> !figure.needsSketch()).toList();
    }

    /** @throws BadQueryException naming the measures there are */
    static Figure named(String name) {
        Figure figure = ALL.get(name);
        if (figure == null) {
            throw new BadQueryException("unknown measure '" + name + "'; allowed: " + String.join(", ", ALL.keySet()));
        }
        return figure;
    }

    boolean needsSketch() {
        return name.equals(DerivedMeasure.UNIQUE_DEVICES);
    }

    /** Whether requests alone tell it; what boxes do between requests is in the rollups only. */
    boolean isOfRequests() {
        return !needsSketch() && !name.equals(Measure.TUNE_INS.column()) && !name.equals(Measure.TUNED_S.column());
    }

    private static Map<String, Figure> all() {
        Map<String, Figure> all = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            String column = measure.column();
            String unit = measure == Measure.TUNED_S ? "s" : column.endsWith("_micros") ? "micros" : "count";
            add(
                    all,
                    new Figure(
                            column,
                            measure.meaning(),
                            unit,
                            List.of(column),
                            group -> group.sum(column),
                            Optional.of(column)));
        }
        for (DerivedMeasure measure : DerivedMeasure.values()) {
            List<String> inputs = measure.inputs().stream().map(Measure::column).toList();
            String unit = measure.column().endsWith("_micros") ? "micros" : "ratio";
            add(
                    all,
                    new Figure(
                            measure.column(),
                            measure.meaning(),
                            unit,
                            inputs,
                            group -> measure.of(input -> group.sum(input.column()))
                                    .orElse(null),
                            Optional.of(sql(measure))));
        }
        for (String name : DerivedMeasure.LATENCY_PERCENTILES) {
            int percent = Integer.parseInt(name.substring(name.lastIndexOf('p') + 1));
            add(
                    all,
                    new Figure(
                            name,
                            "Milliseconds that " + percent
                                    + " % of responses did not exceed, from the latency histogram.",
                            "ms",
                            BUCKETS,
                            group -> percentile(name, group, percent / 100.0),
                            Optional.empty()));
        }
        add(
                all,
                new Figure(
                        DerivedMeasure.UNIQUE_DEVICES,
                        "Distinct boxes, estimated by a HyperLogLog sketch (standard error about 1.6 %); holds within one key period.",
                        "count",
                        List.of(),
                        Group::uniqueDevices,
                        Optional.empty()));
        return all;
    }

    private static void add(Map<String, Figure> all, Figure figure) {
        all.put(figure.name(), figure);
    }

    private static String sql(DerivedMeasure measure) {
        return switch (measure) {
            case REVENUE_MICROS ->
                "FLOOR((" + Measure.COMPLETED_PRICE_MICROS.column() + " - " + Measure.UNFILLED_PRICE_MICROS.column()
                        + " + 500) / 1000)";
            case ECPM_MICROS ->
                sql(DerivedMeasure.REVENUE_MICROS) + " * 1000 / NULLIF(" + Measure.IMPRESSIONS.column() + ", 0)";
            case FILL_RATE, RENDER_RATE, COMPLETION_RATE, TIMEOUT_RATE ->
                measure.inputs().get(0).column() + " / NULLIF("
                        + measure.inputs().get(1).column() + ", 0)";
        };
    }

    private static Object percentile(String name, Group group, double share) {
        List<Number> counts = BUCKETS.stream().map(group::sum).toList();
        if (counts.stream().anyMatch(count -> !(count instanceof Long))) {
            throw new BadQueryException(name + " has no answer: more than 2^63 responses have one latency. Ask for"
                    + " other measures, or for a shorter time");
        }
        double value = LatencyHistogram.percentile(
                counts.stream().mapToLong(Number::longValue).toArray(), share);
        return Double.isNaN(value) ? null : (Object) value;
    }
}
