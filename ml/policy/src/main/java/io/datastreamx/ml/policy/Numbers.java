package io.datastreamx.ml.policy;

import java.util.Arrays;
import java.util.List;

/** Checks that a model file's numbers can be believed. */
final class Numbers {
    private Numbers() {}

    static void requireFinite(String what, List<Double> numbers) {
        if (numbers == null) {
            throw new IllegalArgumentException(what + " are missing");
        }
        for (Double number : numbers) {
            if (number == null || !Double.isFinite(number)) {
                throw new IllegalArgumentException(what + " hold " + number + ", which is not a finite number");
            }
        }
    }

    static void requireAscending(String what, List<Double> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) < numbers.get(i - 1)) {
                throw new IllegalArgumentException(what + " fall from " + numbers.get(i - 1) + " to " + numbers.get(i));
            }
        }
    }

    static List<Double> list(double[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    static double[] array(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
