package io.datastreamx.contract.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeasureLawsTest {
    @Test
    void percentilesLieInTheBucketThatHoldsTheirRank() {
        Random random = new Random(3);
        int buckets = LatencyHistogram.buckets().size();
        for (int round = 0; round < 200; round++) {
            int[] latencies = random.ints(1 + random.nextInt(500), 0, 4_000).toArray();
            long[] counts = new long[buckets];
            for (int latency : latencies) {
                counts[bucketOf(latency)]++;
            }
            Arrays.sort(latencies);
            for (double share : new double[] {0.5, 0.95, 0.99, 1}) {
                int exact = latencies[(int) Math.ceil(share * latencies.length) - 1];
                double estimate = LatencyHistogram.percentile(counts, share);
                assertTrue(
                        estimate <= LatencyHistogram.BOUNDS.get(bucketOf(exact)),
                        share + " of " + Arrays.toString(latencies));
                assertTrue(bucketOf(exact) == 0 || estimate >= LatencyHistogram.BOUNDS.get(bucketOf(exact) - 1));
            }
        }
        assertTrue(Double.isNaN(LatencyHistogram.percentile(new long[buckets], 0.5)));
    }

    private static int bucketOf(int latency) {
        for (int i = 0; i < LatencyHistogram.BOUNDS.size(); i++) {
            if (latency <= LatencyHistogram.BOUNDS.get(i)) {
                return i;
            }
        }
        return LatencyHistogram.BOUNDS.size();
    }

    @Test
    void ratiosAreAbsentWithoutADenominator() {
        Map<Measure, Long> sums = Map.of(
                Measure.FILLS,
                3L,
                Measure.RESPONSES,
                4L,
                Measure.COMPLETED_PRICE_MICROS,
                2_500_500L,
                Measure.IMPRESSIONS,
                2L,
                Measure.STARTS,
                0L);
        assertEquals(Optional.of(0.75), DerivedMeasure.FILL_RATE.of(m -> sums.getOrDefault(m, 0L)));
        assertEquals(Optional.of(2_501L), DerivedMeasure.REVENUE_MICROS.of(m -> sums.getOrDefault(m, 0L)));
        assertEquals(Optional.of(1_250_500.0), DerivedMeasure.ECPM_MICROS.of(m -> sums.getOrDefault(m, 0L)));
        assertEquals(Optional.empty(), DerivedMeasure.COMPLETION_RATE.of(m -> sums.getOrDefault(m, 0L)));
    }

    @Test
    void revenueOfSumsBeyond64BitsIsExact() {
        BigInteger sum = new BigInteger("9223372036854775300000");
        assertEquals(Optional.of(9_223_372_036_854_775_300L), revenueOf(sum));
        BigInteger more = BigInteger.TEN.pow(25).add(BigInteger.valueOf(500));
        assertEquals(Optional.of(BigInteger.TEN.pow(22).add(BigInteger.ONE)), revenueOf(more));
        assertEquals(Optional.of(Long.MAX_VALUE / 1000), revenueOf(Long.MAX_VALUE - 400));
    }

    @Test
    void whatOnlyABoxVouchesForIsNoRevenue() {
        Map<Measure, Long> sums =
                Map.of(Measure.COMPLETED_PRICE_MICROS, 9_000_000L, Measure.UNFILLED_PRICE_MICROS, 4_999_600L);
        assertEquals(Optional.of(4_000L), DerivedMeasure.REVENUE_MICROS.of(sums::get));
    }

    private static Optional<Number> revenueOf(Number completed) {
        return DerivedMeasure.REVENUE_MICROS.of(m -> m == Measure.COMPLETED_PRICE_MICROS ? completed : (Number) 0L);
    }

    @Test
    void theSmallestRollupThatCoversIsFirst() {
        assertEquals(
                Rollup.AGGREGATOR_CHANNEL,
                Rollup.covering(Set.of("aggregator_id", "channel_id")).get(0));
        assertEquals(
                2, Rollup.covering(Set.of("aggregator_id")).get(0).dimensions().size());
        assertTrue(Rollup.covering(Set.of("region", "channel_id")).isEmpty());
    }
}
