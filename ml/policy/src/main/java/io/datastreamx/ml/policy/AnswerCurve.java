package io.datastreamx.ml.policy;

import java.util.Arrays;

/** {@link AnswerTimes} ready to be asked often. */
final class AnswerCurve {
    private final double[] ms;
    private final double[] answered;
    /** Up to each time, the integral of what is answered. */
    private final double[] area;

    AnswerCurve(AnswerTimes times) {
        ms = Numbers.array(times.ms());
        answered = Numbers.array(times.answered());
        area = new double[ms.length];
        double sum = 0;
        for (int i = 0; i < ms.length; i++) {
            double fromMs = i == 0 ? 0 : ms[i - 1];
            double from = i == 0 ? 0 : answered[i - 1];
            sum += (ms[i] - fromMs) * (from + answered[i]) / 2;
            area[i] = sum;
        }
    }

    /** The share that is answered within a limit. */
    double within(double limitMs) {
        int above = above(limitMs);
        if (above == ms.length) {
            return answered[ms.length - 1];
        }
        double fromMs = above == 0 ? 0 : ms[above - 1];
        double from = above == 0 ? 0 : answered[above - 1];
        double width = ms[above] - fromMs;
        return width > 0 ? from + (answered[above] - from) * Math.max(0, limitMs - fromMs) / width : from;
    }

    /** Mean time until there is an answer or the limit is reached. */
    double meanMs(double limitMs) {
        if (limitMs <= 0) {
            return 0;
        }
        int above = above(limitMs);
        double fromMs = above == 0 ? 0 : ms[above - 1];
        double from = above == 0 ? 0 : answered[above - 1];
        double before = above == 0 ? 0 : area[above - 1];
        return limitMs - before - (limitMs - fromMs) * (from + within(limitMs)) / 2;
    }

    /** Index of the first time that is not below the limit. */
    private int above(double limitMs) {
        int found = Arrays.binarySearch(ms, limitMs);
        return found >= 0 ? found : -found - 1;
    }
}
