package io.datastreamx.ml.bounds;

/** From {@code low} to {@code high}, both ends included. */
public record Interval(double low, double high) {
    /** What is known before anything was seen. */
    public static final Interval ALL = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    public boolean holds(double value) {
        return low <= value && value <= high;
    }
}
