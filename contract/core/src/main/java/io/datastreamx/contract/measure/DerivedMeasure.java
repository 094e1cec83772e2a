package io.datastreamx.contract.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What is computed when a report is read, from merged sums, and never stored: ratios and percentiles do not add up. */
public enum DerivedMeasure {
    REVENUE_MICROS(
            List.of(Measure.COMPLETED_PRICE_MICROS),
            "completed_price_micros / 1000, rounded half up on the sum",
            sums -> Math.floorDiv(sums.applyAsLong(Measure.COMPLETED_PRICE_MICROS) + 500, 1000)),
    FILL_RATE(Measure.FILLS, Measure.RESPONSES),
    RENDER_RATE(Measure.IMPRESSIONS, Measure.FILLS),
    COMPLETION_RATE(Measure.COMPLETES, Measure.STARTS),
    TIMEOUT_RATE(Measure.TIMEOUTS, Measure.RESPONSES),
    ECPM_MICROS(
            List.of(Measure.COMPLETED_PRICE_MICROS, Measure.IMPRESSIONS),
            "revenue_micros × 1000 / impressions",
            sums -> REVENUE_MICROS.formula.applyAsDouble(sums) * 1000 / sums.applyAsLong(Measure.IMPRESSIONS));

    /** Percentiles of the latency histogram, by report name. */
    public static final List<String> LATENCY_PERCENTILES = List.of("latency_p50", "latency_p95", "latency_p99");
    /** The estimate of the {@code devices} sketch, by report name. */
    public static final String UNIQUE_DEVICES = "unique_devices";

    private final List<Measure> inputs;
    private final String meaning;
    private final ToDoubleFunction<ToLongFunction<Measure>> formula;

    DerivedMeasure(List<Measure> inputs, String meaning, ToDoubleFunction<ToLongFunction<Measure>> formula) {
        this.inputs = inputs;
        this.meaning = meaning;
        this.formula = formula;
    }

    DerivedMeasure(Measure numerator, Measure denominator) {
        this(
                List.of(numerator, denominator),
                numerator.column() + " / " + denominator.column(),
                sums -> (double) sums.applyAsLong(numerator) / sums.applyAsLong(denominator));
    }

    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The additive measures that it needs. */
    public List<Measure> inputs() {
        return inputs;
    }

    public String meaning() {
        return meaning;
    }

    /** @return the value over the given sums; empty where the denominator is zero */
    public OptionalDouble of(ToLongFunction<Measure> sums) {
        double value = formula.applyAsDouble(sums);
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    public static Optional<DerivedMeasure> named(String column) {
        return Arrays.stream(values()).filter(m -> m.column().equals(column)).findFirst();
    }
}
