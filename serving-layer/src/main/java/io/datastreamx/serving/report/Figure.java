package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DerivedMeasure;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A number that a report can show, under its name in the contract.
 *
 * @param name as in the contract
 * @param meaning one line for the glossary
 * @param unit {@code count}, {@code micros}, {@code ratio}, {@code ms}, {@code s}
 * @param sums the columns whose sums it needs
 * @param value from a group's sums to a {@code Long}, a {@code Double}, or null where there is no answer
 */
public record Figure(String name, String meaning, String unit, List<String> sums, Function<Group, Object> value) {
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
            add(all, new Figure(column, measure.meaning(), unit, List.of(column), group -> group.sum(column)));
        }
        for (DerivedMeasure measure : DerivedMeasure.values()) {
            List<String> inputs = measure.inputs().stream().map(Measure::column).toList();
            String unit = measure.column().endsWith("_micros") ? "micros" : "ratio";
            add(all, new Figure(measure.column(), measure.meaning(), unit, inputs, group -> value(measure, group)));
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
                            group -> percentile(group, percent / 100.0)));
        }
        add(
                all,
                new Figure(
                        DerivedMeasure.UNIQUE_DEVICES,
                        "Distinct boxes, estimated by a HyperLogLog sketch (standard error about 1.6 %); holds within one key period.",
                        "count",
                        List.of(),
                        group -> group.devices().estimate()));
        return all;
    }

    private static void add(Map<String, Figure> all, Figure figure) {
        all.put(figure.name(), figure);
    }

    private static Object value(DerivedMeasure measure, Group group) {
        OptionalDouble value = measure.of(input -> group.sum(input.column()));
        if (value.isEmpty()) {
            return null;
        }
        return measure == DerivedMeasure.REVENUE_MICROS
                ? (Object) (long) value.getAsDouble()
                : (Object) value.getAsDouble();
    }

    private static Object percentile(Group group, double share) {
        double value = LatencyHistogram.percentile(
                BUCKETS.stream().mapToLong(group::sum).toArray(), share);
        return Double.isNaN(value) ? null : (Object) value;
    }
}
