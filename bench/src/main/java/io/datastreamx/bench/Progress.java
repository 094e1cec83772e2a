package io.datastreamx.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How many events count, as time goes by. */
final class Progress {
    private record Step(Instant at, long counted) {}

    private final Instant began;
    private final List<Step> steps = new ArrayList<>();

    /** @param began the start of the JVM */
    Progress(Instant began) {
        this.began = began;
    }

    /** @param counted so many count from now on; all steps are given in the order of time */
    void reached(Instant at, long counted) {
        steps.add(new Step(at, counted));
    }

    Instant end() {
        return steps.get(steps.size() - 1).at();
    }

    /** From the start of the JVM until all count, seconds. */
    double seconds() {
        return Duration.between(began, end()).toMillis() / 1000.0;
    }

    /**
     * Records a second in the second half: the first warms the JVM up. NaN where the second came at once.
     *
     * @param records in which the events came, among duplicates and what is not valid
     */
    double sustained(long records) {
        long all = steps.get(steps.size() - 1).counted();
        Step half = steps.stream()
                .filter(step -> step.counted() >= (all + 1) / 2)
                .findFirst()
                .orElseThrow();
        long millis = Duration.between(half.at(), end()).toMillis();
        return millis == 0 ? Double.NaN : records * ((double) (all - half.counted()) / all) * 1000 / millis;
    }
}
