package io.datastreamx.dataproc;

import java.time.Duration;

/**
 * How patiently Google is asked.
 *
 * @param poll between two looks at a job
 * @param firstRetry wait before the first repetition of a call that failed for a while; doubles each time
 * @param tries calls of one request at the most
 * @param callLimit the longest wait for one answer
 */
record Pace(Duration poll, Duration firstRetry, int tries, Duration callLimit) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(1), 7, Duration.ofSeconds(60));

    Duration beforeTry(int number) {
        return firstRetry.multipliedBy(1L << Math.min(6, Math.max(0, number - 1)));
    }
}
