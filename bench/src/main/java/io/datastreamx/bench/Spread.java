package io.datastreamx.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** One figure of several rounds. */
record Spread(double min, double median, double max) {
    /** @param outcomes one at least */
    static <T> Spread of(List<T> outcomes, ToDoubleFunction<T> figure) {
        double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
