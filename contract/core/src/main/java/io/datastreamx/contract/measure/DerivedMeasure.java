package io.datastreamx.contract.measure;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What is computed when a report is read, from merged sums, and never stored: ratios and percentiles do not add up. */
public enum DerivedMeasure {
    REVENUE_MICROS(
            List.of(Measure.COMPLETED_PRICE_MICROS, Measure.UNFILLED_PRICE_MICROS),
            "(completed_price_micros - unfilled_price_micros) / 1000, rounded half up on the sum",
            sums -> perThousand(sums.apply(Measure.COMPLETED_PRICE_MICROS), sums.apply(Measure.UNFILLED_PRICE_MICROS))),
    FILL_RATE(Measure.FILLS, Measure.RESPONSES),
    RENDER_RATE(Measure.IMPRESSIONS, Measure.FILLS),
    COMPLETION_RATE(Measure.COMPLETES, Measure.STARTS),
    TIMEOUT_RATE(Measure.TIMEOUTS, Measure.RESPONSES),
    ECPM_MICROS(
            List.of(Measure.COMPLETED_PRICE_MICROS, Measure.UNFILLED_PRICE_MICROS, Measure.IMPRESSIONS),
            "revenue_micros × 1000 / impressions",
            sums -> REVENUE_MICROS.formula.apply(sums).doubleValue()
                    * 1000
                    / sums.apply(Measure.IMPRESSIONS).doubleValue());

    /** Percentiles of the latency histogram, by report name. */
    public static final List<String> LATENCY_PERCENTILES = List.of("latency_p50", "latency_p95", "latency_p99");
    /** The estimate of the {@code devices} sketch, by report name. */
    public static final String UNIQUE_DEVICES = "unique_devices";

    private final List<Measure> inputs;
    private final String meaning;
    private final Function<Function<Measure, ? extends Number>, Number> formula;

    DerivedMeasure(
            List<Measure> inputs, String meaning, Function<Function<Measure, ? extends Number>, Number> formula) {
        this.inputs = inputs;
        this.meaning = meaning;
        this.formula = formula;
    }

    DerivedMeasure(Measure numerator, Measure denominator) {
        this(
                List.of(numerator, denominator),
                numerator.column() + " / " + denominator.column(),
                sums -> sums.apply(numerator).doubleValue()
                        / sums.apply(denominator).doubleValue());
    }

    /** Rounded half up. */
    private static Number perThousand(Number sum, Number apart) {
        if (sum instanceof Long all
                && apart instanceof Long some
                && all >= some
                && some >= 0
                && all <= Long.MAX_VALUE - 500) {
            return (all - some + 500) / 1000;
        }
        BigInteger[] parts = new BigInteger(sum.toString())
                .subtract(new BigInteger(apart.toString()))
                .add(BigInteger.valueOf(500))
                .divideAndRemainder(BigInteger.valueOf(1000));
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        return floor.bitLength() < Long.SIZE ? (Number) floor.longValue() : floor;
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

    /**
     * The value over the given sums, which are whole numbers of any size: a {@code Double}, or of
     * {@link #REVENUE_MICROS} a whole number; empty where the denominator is zero.
     */
    public Optional<Number> of(Function<Measure, ? extends Number> sums) {
        Number value = formula.apply(sums);
        return Double.isFinite(value.doubleValue()) ? Optional.of(value) : Optional.empty();
    }

    public static Optional<DerivedMeasure> named(String column) {
        return Arrays.stream(values()).filter(m -> m.column().equals(column)).findFirst();
    }
}
