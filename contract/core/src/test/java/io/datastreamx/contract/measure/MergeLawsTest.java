package io.datastreamx.contract.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.testing.Generated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What does not add up as a plain sum is merged in Java: sketches, and percentiles of summed buckets. */
class MergeLawsTest {
    @Provide
    Arbitrary<List<Map<String, Object>>> partials() {
        return Generated.partials(12);
    }

    @Property(tries = 200)
    void theOrderOfSketchesDoesNotMatterAndTheEmptyOnesAddNothing(
            @ForAll("partials") List<Map<String, Object>> rows, @ForAll Random random) {
        assertThat(united(Generated.shuffled(rows, random))).isEqualTo(united(rows));
        DeviceSketch withZeros = new DeviceSketch();
        withZeros.add(null);
        sketches(rows).forEach(withZeros::add);
        withZeros.add(new byte[0]);
        assertThat(withZeros.estimate()).isEqualTo(united(rows));
    }

    /** Up to a few hundred boxes a sketch counts exactly, so the whole is known without one. */
    @Property(tries = 200)
    void sketchesOfPartsUniteToThatOfTheWhole(
            @ForAll @Size(max = 6) List<@IntRange(max = 60) Integer> firstDevices,
            @ForAll @IntRange(max = 40) int each) {
        TreeSet<Integer> devices = new TreeSet<>();
        DeviceSketch united = new DeviceSketch();
        for (int first : firstDevices) {
            united.add(Generated.sketch(first, each));
            for (int i = 0; i < each; i++) {
                devices.add(first + i);
            }
        }
        assertThat(united.estimate()).isEqualTo(devices.size());
    }

    @Property(tries = 200)
    void percentilesDependOnTheSumOfTheBucketsAlone(
            @ForAll("partials") List<Map<String, Object>> rows, @ForAll Random random) {
        long[] inOrder = buckets(rows);
        List<Map<String, Object>> grouped = new ArrayList<>();
        Generated.split(Generated.shuffled(rows, random), 3, random).forEach(grouped::addAll);
        long[] regrouped = buckets(grouped);
        assertThat(regrouped).isEqualTo(inOrder);
        for (double share : new double[] {0.5, 0.95, 0.99}) {
            assertThat(LatencyHistogram.percentile(regrouped, share))
                    .isEqualTo(LatencyHistogram.percentile(inOrder, share));
        }
    }

    private static long united(List<Map<String, Object>> rows) {
        DeviceSketch sketch = new DeviceSketch();
        sketches(rows).forEach(sketch::add);
        return sketch.estimate();
    }

    private static List<byte[]> sketches(List<Map<String, Object>> rows) {
        return Arrays.asList(
                rows.stream().map(row -> (byte[]) row.get(DeviceSketch.COLUMN)).toArray(byte[][]::new));
    }

    private static long[] buckets(List<Map<String, Object>> rows) {
        return LatencyHistogram.buckets().stream()
                .mapToLong(bucket -> rows.stream()
                        .mapToLong(row -> (Long) row.get(bucket.column()))
                        .sum())
                .toArray();
    }
}
