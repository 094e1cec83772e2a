package io.datastreamx.batch;

import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.spark.RollupCoarsening;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of rollups by the grain that a version keeps of their days. Hours are always made of minutes and days of hours,
 * whether that takes one night or two and whether from the raw log or from an earlier version: so all of them come to
 * the same bytes.
 */
final class Coarsen {
    private Coarsen() {}

    /** The days of which a version keeps a coarser grain than the one before. */
    static SortedSet<LocalDate> days(Collection<LocalDate> days, Grains before, Grains after) {
        SortedSet<LocalDate> coarser = new TreeSet<>(days);
        coarser.removeIf(day -> !after.of(day).isCoarserThan(before.of(day)));
        return coarser;
    }

    /**
     * @param rows of some days, by the grain of {@code before}
     * @return of all days, by the grain of {@code after}; those of one day lie together in each partition
     */
    static Dataset<Row> rows(
            Collection<LocalDate> days,
            Grains before,
            Grains after,
            Function<Collection<LocalDate>, Dataset<Row>> rows) {
        Map<List<Grain>, List<LocalDate>> bySteps = new HashMap<>();
        for (LocalDate day : days) {
            bySteps.computeIfAbsent(steps(before.of(day), after.of(day)), any -> new ArrayList<>())
                    .add(day);
        }
        return bySteps.entrySet().stream()
                .map(part -> through(part.getKey(), rows.apply(part.getValue())))
                .reduce(Dataset::union)
                .orElseGet(() -> rows.apply(List.of()));
    }

    private static List<Grain> steps(Grain before, Grain after) {
        return Arrays.stream(Grain.values())
                .filter(grain -> grain.isCoarserThan(before) && !grain.isCoarserThan(after))
                .toList();
    }

    private static Dataset<Row> through(List<Grain> steps, Dataset<Row> rows) {
        Dataset<Row> coarse = rows;
        for (Grain step : steps) {
            coarse = RollupCoarsening.to(step, coarse);
        }
        return coarse;
    }
}
