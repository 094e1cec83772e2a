package io.datastreamx.speed.edge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A token bucket for each device. A batch goes through whole where anything is left, and what it takes beyond that must
 * flow in again before the next one: so a batch of any size gets through, and no device exceeds its rate for long.
 * Thread-safe.
 */
final class RateLimiter {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @param level records that may go at {@code at}; negative after a large batch */
    private record Bucket(double level, long at) {}

    RateLimiter(double perSecond, double burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    /** @return 0 where one record was taken, else the seconds after which one can be */
    int take(String device) {
        long now = nanoTime.getAsLong();
        double[] before = new double[1];
        buckets.compute(device, (key, bucket) -> {
            before[0] = level(bucket, now);
            return new Bucket(before[0] >= 1 ? before[0] - 1 : before[0], now);
        });
        return before[0] >= 1 ? 0 : (int) Math.max(1, Math.ceil((1 - before[0]) / perSecond));
    }

    /** Takes more, whether it is there or not. */
    void charge(String device, int records) {
        long now = nanoTime.getAsLong();
        buckets.compute(device, (key, bucket) -> new Bucket(level(bucket, now) - records, now));
    }

    /** Forgets devices that have their whole burst again. */
    void forgetIdle() {
        long now = nanoTime.getAsLong();
        buckets.keySet()
                .forEach(device ->
                        buckets.computeIfPresent(device, (key, bucket) -> level(bucket, now) >= burst ? null : bucket));
    }

    int remembered() {
        return buckets.size();
    }

    private double level(Bucket bucket, long now) {
        return bucket == null ? burst : Math.min(burst, bucket.level() + (now - bucket.at()) / NANOS * perSecond);
    }
}
