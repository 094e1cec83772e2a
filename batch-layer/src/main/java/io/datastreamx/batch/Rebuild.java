package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;

import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.TableState;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds those days from the raw log that got events since the version before, and replaces them in the batch tables.
 * Nobody reads the new Delta versions before they are published; what an attempt left behind that was never flipped is
 * replaced as well.
 */
final class Rebuild implements Step {
    /**
     * @param tables the Delta versions that make up the new version
     * @param rebuilt days that were built from the raw log, ISO-8601
     * @param restored days that a night had changed which is not in force, taken from the version before
     */
    record Result(Map<Table, Long> tables, List<String> rebuilt, List<String> restored) {
        SortedSet<LocalDate> rebuiltDays() {
            return days(rebuilt);
        }

        SortedSet<LocalDate> restoredDays() {
            return days(restored);
        }

        private static SortedSet<LocalDate> days(List<String> texts) {
            SortedSet<LocalDate> days = new TreeSet<>();
            texts.forEach(text -> days.add(LocalDate.parse(text)));
            return days;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    @Override
    public Outcome run(Night night) {
        Lake lake = night.lake();
        Map<Table, Long> tables = lake.batchState();
        Sealed sealed = night.sealed();
        Optional<Sealed.Base> base = sealed.baseIfAny();
        SortedSet<LocalDate> rebuilt = newDays(lake, sealed);
        SortedSet<LocalDate> changed =
                base.map(before -> changedSince(lake, before)).orElseGet(() -> notInForce(lake));
        if (rebuilt.isEmpty() && changed.isEmpty()) {
            return Outcome.done(new Result(tables, List.of(), List.of()));
        }
        Duration reach = night.settings().batch().duplicateReach();
        SparkSession spark = night.spark().get();
        long cut = sealed.cut();
        long known = sealed.full() ? -1 : base.map(Sealed.Base::cut).orElse(-1L);
        CountedEvents counted = CountedEvents.found(spark, lake, cut, rebuilt, known, reach);
        if (rebuilt.addAll(counted.lateDays())) {
            // A new event that was sent before one that counts on another day takes its place.
            counted = CountedEvents.found(spark, lake, cut, rebuilt, Long.MAX_VALUE, reach);
        }
        changed.removeAll(rebuilt);
        LOG.info("rebuilding {}, restoring {}", rebuilt, changed);
        Map<Table, Supplier<Dataset<Row>>> built = build(spark, lake, counted, rebuilt);
        SortedSet<LocalDate> replaced = new TreeSet<>(rebuilt);
        replaced.addAll(changed);
        Map<Table, Long> made = new EnumMap<>(Table.class);
        for (Table table : Table.ofBatch()) {
            long began = System.nanoTime();
            if (table == Table.LATE_DUPLICATES && !hasLateDuplicates(lake, counted, replaced)) {
                made.put(table, tables.get(table));
                continue;
            }
            Dataset<Row> rows = BatchTables.inOrder(table, built.get(table).get());
            if (base.isPresent() && !changed.isEmpty()) {
                rows = rows.union(BatchTables.inOrder(
                        table,
                        BatchTables.read(spark, lake, table, base.get().tables().get(table))
                                .where(Days.in(changed))));
            }
            night.fence().check();
            made.put(table, BatchTables.replace(lake, table, replaced, rows));
            LOG.info("built {} in {} ms", table.path(), (System.nanoTime() - began) / 1_000_000);
        }
        return Outcome.done(new Result(made, texts(rebuilt), texts(changed)));
    }

    /** Whether there are any on these days, or were. */
    private static boolean hasLateDuplicates(Lake lake, CountedEvents counted, SortedSet<LocalDate> days) {
        SortedSet<LocalDate> before = lake.table(Table.LATE_DUPLICATES).state().days();
        before.retainAll(days);
        return !before.isEmpty() || !counted.late().isEmpty();
    }

    /** Days that may have got events since the version before; all that the raw log has, where there is none. */
    private static SortedSet<LocalDate> newDays(Lake lake, Sealed sealed) {
        TableState log = lake.table(Table.EVENTS).state();
        return sealed.full() || sealed.baseIfAny().isEmpty()
                ? log.days()
                : log.daysAbove("ingest_batch", sealed.baseIfAny().get().cut());
    }

    /** Days of which a night that is not in force has left something else behind. */
    private static SortedSet<LocalDate> changedSince(Lake lake, Sealed.Base base) {
        SortedSet<LocalDate> changed = new TreeSet<>();
        base.tables()
                .forEach((table, version) -> changed.addAll(
                        lake.table(table).state().daysUnlike(lake.table(table).state(version))));
        return changed;
    }

    private static SortedSet<LocalDate> notInForce(Lake lake) {
        SortedSet<LocalDate> days = new TreeSet<>();
        Table.ofBatch().forEach(table -> days.addAll(lake.table(table).state().days()));
        return days;
    }

    private static Map<Table, Supplier<Dataset<Row>>> build(
            SparkSession spark, Lake lake, CountedEvents counted, SortedSet<LocalDate> days) {
        Dataset<Row> rows = counted.rows();
        Map<Table, Supplier<Dataset<Row>>> built = new EnumMap<>(Table.class);
        built.put(Table.BATCH_ROLLUPS, () -> RollupAggregation.aggregate(rows)
                .withColumn(Table.DAY, to_date(col(Rollup.MINUTE))));
        built.put(Table.AD_OPPORTUNITIES, () -> Opportunities.of(rows));
        built.put(Table.LATE_DUPLICATES, counted::late);
        built.put(Table.BATCH_DAYS, () -> accounts(spark, lake, counted, days));
        return built;
    }

    /** Made last: the opportunities are counted as they were written. */
    private static Dataset<Row> accounts(
            SparkSession spark, Lake lake, CountedEvents counted, SortedSet<LocalDate> days) {
        Dataset<Row> opportunities = spark.read()
                .format("delta")
                .load(lake.uri(Table.AD_OPPORTUNITIES))
                .where(Days.in(days));
        List<Dataset<Row>> counts = new ArrayList<>();
        counts.add(account("accepted", counted.accepted()));
        counts.add(account("late_duplicates", counted.late()));
        counts.add(account("opportunities", opportunities));
        return counts.stream()
                .reduce(Dataset::unionByName)
                .orElseThrow()
                .groupBy(Table.DAY)
                .agg(
                        sum("accepted").as("accepted"),
                        sum("late_duplicates").as("late_duplicates"),
                        sum("opportunities").as("opportunities"));
    }

    private static Dataset<Row> account(String counted, Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>(List.of(col(Table.DAY)));
        Table.BATCH_DAYS
                .columnNames()
                .forEach(name -> columns.add((name.equals(counted) ? col("rows") : lit(0L)).as(name)));
        return rows.groupBy(Table.DAY).agg(count(lit(1)).as("rows")).select(columns.toArray(Column[]::new));
    }

    private static List<String> texts(SortedSet<LocalDate> days) {
        return days.stream().map(LocalDate::toString).toList();
    }
}
