package io.datastreamx.bench;

import java.util.List;

/**
 * How many records and requests a second a day brings, squeezed into one run: a quiet morning, a slow rise, prime time
 * for 8 % of it, and the fall at night. The quiet rate is what makes the mean come out.
 *
 * @param seconds how long the run is
 * @param mean records a second over the run
 * @param prime records a second in prime time
 * @param primeRequests ad requests a second in prime time; at all times the same share of the records
 */
record DayCurve(double seconds, double mean, double prime, double primeRequests) {
    private static final double PRIME_FROM = 0.72;
    private static final double PRIME_TO = 0.80;
    /** From the quiet rate, 0, to that of prime time, 1; straight lines between. */
    private static final List<Point> SHAPE = List.of(
            new Point(0, 0),
            new Point(0.15, 0),
            new Point(0.66, 0.12),
            new Point(PRIME_FROM, 1),
            new Point(PRIME_TO, 1),
            new Point(0.86, 0.15),
            new Point(1, 0));

    private record Point(double at, double height) {}

    DayCurve {
        if (!(seconds > 0 && prime >= mean && primeRequests > 0 && primeRequests < prime)) {
            throw new IllegalArgumentException("a day lasts, its prime time has no fewer records than its mean, and "
                    + "fewer requests than records");
        }
        if (quiet(mean, prime) < 0) {
            throw new IllegalArgumentException(
                    "a prime time of %.0f records a second is too much for a mean of %.0f: at most %.0f"
                            .formatted(prime, mean, mean / area()));
        }
    }

    /** @param at seconds since the start; before it, the morning's rate */
    double recordsPerSecond(double at) {
        double quiet = quiet(mean, prime);
        return quiet + (prime - quiet) * height(Math.max(0, at) / seconds);
    }

    /** @param at seconds since the start */
    double requestsPerSecond(double at) {
        return recordsPerSecond(at) * primeRequests / prime;
    }

    double primeFromSeconds() {
        return PRIME_FROM * seconds;
    }

    double primeToSeconds() {
        return PRIME_TO * seconds;
    }

    private static double quiet(double mean, double prime) {
        return (mean - prime * area()) / (1 - area());
    }

    private static double height(double at) {
        for (int i = 1; i < SHAPE.size(); i++) {
            Point from = SHAPE.get(i - 1);
            Point to = SHAPE.get(i);
            if (at <= to.at()) {
                return from.height() + (to.height() - from.height()) * (at - from.at()) / (to.at() - from.at());
            }
        }
        return 0;
    }

    private static double area() {
        double area = 0;
        for (int i = 1; i < SHAPE.size(); i++) {
            Point from = SHAPE.get(i - 1);
            Point to = SHAPE.get(i);
            area += (to.at() - from.at()) * (from.height() + to.height()) / 2;
        }
        return area;
    }
}
