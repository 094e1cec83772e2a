package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_date;

import io.datastreamx.batch.DayFileWriter.DayRow;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.NewFile;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Days of the batch tables, from the raw log, or of rollups from those of the version before, to files that no commit
 * names yet.
 */
final class BuiltDays {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltDays.class);
    private static final long MICROS_PER_DAY = Duration.ofDays(1).toNanos() / 1_000;
    private static final int ROLLUP_TIME = Table.BATCH_ROLLUPS.columnNames().indexOf(Rollup.MINUTE);

    private final Night night;
    private final SortedSet<LocalDate> days;
    /** Empty where no day is built from the raw log. */
    private final Optional<CountedEvents> counted;

    private final Map<Table, List<NewFile>> files = new EnumMap<>(Table.class);

    /** @param days to build; more are added where a new event takes the place of one that counts on another day */
    BuiltDays(Night night, SortedSet<LocalDate> days) {
        this.night = night;
        this.days = days;
        this.counted = days.isEmpty() ? Optional.empty() : Optional.of(counted());
    }

    private CountedEvents counted() {
        Sealed sealed = night.sealed();
        SparkSession spark = night.spark().get();
        Duration reach = night.settings().batch().duplicateReach();
        long known =
                sealed.full() ? -1 : sealed.baseIfAny().map(Sealed.Base::cut).orElse(-1L);
        CountedEvents found = CountedEvents.found(spark, night.lake(), sealed.cut(), days, known, reach);
        return days.addAll(found.lateDays())
                ? CountedEvents.found(spark, night.lake(), sealed.cut(), days, Long.MAX_VALUE, reach)
                : found;
    }

    List<NewFile> files(Table table) {
        return files.getOrDefault(table, List.of());
    }

    void build(Kept kept) {
        List<JavaRDD<DayRow>> rollups = new ArrayList<>();
        if (!kept.coarsened().isEmpty()) {
            rollups.add(coarser(kept));
        }
        counted.ifPresent(events -> rollups.addAll(rollups(events.rows(), kept.grains())));
        if (!rollups.isEmpty()) {
            write(Table.BATCH_ROLLUPS, rollups.stream().reduce(JavaRDD::union).orElseThrow());
        }
        counted.ifPresent(this::build);
    }

    private void build(CountedEvents events) {
        SortedMap<LocalDate, Long> opportunities = write(Table.AD_OPPORTUNITIES, Opportunities.of(events.rows()));
        SortedMap<LocalDate, Long> late = BatchTables.count(events.late());
        if (!late.isEmpty()) {
            write(Table.LATE_DUPLICATES, positions(events.late()));
        }
        accounts(BatchTables.count(events.accepted()), late, opportunities);
    }

    /** Minutes as they are added up, what is kept coarser through minutes and hours. */
    private List<JavaRDD<DayRow>> rollups(Dataset<Row> events, Grains grains) {
        SortedSet<LocalDate> fine = new TreeSet<>(days);
        fine.removeIf(day -> grains.of(day) != Grain.MINUTE);
        SortedSet<LocalDate> coarse = new TreeSet<>(days);
        coarse.removeAll(fine);
        List<JavaRDD<DayRow>> rollups = new ArrayList<>();
        if (!fine.isEmpty()) {
            rollups.add(withDay(RollupAggregation.rows(events.where(Days.in(fine)))));
        }
        if (!coarse.isEmpty()) {
            rollups.add(withDay(internal(Coarsen.rows(
                    coarse,
                    Grains.MINUTES,
                    grains,
                    some -> RollupAggregation.aggregate(events.where(Days.in(some)))))));
        }
        return rollups;
    }

    private JavaRDD<DayRow> coarser(Kept kept) {
        Sealed.Base base = night.sealed().baseIfAny().orElseThrow();
        Dataset<Row> before = BatchTables.read(
                night.spark().get(),
                night.lake(),
                Table.BATCH_ROLLUPS,
                base.tables().get(Table.BATCH_ROLLUPS));
        return withDay(internal(
                Coarsen.rows(kept.coarsened(), base.grains(), kept.grains(), some -> before.where(Days.in(some)))));
    }

    private static JavaRDD<InternalRow> internal(Dataset<Row> rows) {
        return rows.queryExecution().toRdd().toJavaRDD();
    }

    private static JavaRDD<DayRow> withDay(JavaRDD<InternalRow> rollups) {
        return rollups.map(row -> new DayRow((int) Math.floorDiv(row.getLong(ROLLUP_TIME), MICROS_PER_DAY), row));
    }

    private static JavaRDD<DayRow> positions(Dataset<Row> late) {
        return late.select(unix_date(col(Table.DAY)).as(Table.DAY), col("topic"), col("partition"), col("offset"))
                .repartition(col(Table.DAY))
                .sortWithinPartitions(Table.DAY)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .map(row -> new DayRow(
                        row.getInt(0),
                        new GenericInternalRow(new Object[] {row.getUTF8String(1), row.getInt(2), row.getLong(3)})));
    }

    /** @return how many rows each day has */
    private SortedMap<LocalDate, Long> write(Table table, JavaRDD<DayRow> rows) {
        long began = System.nanoTime();
        List<DayFileWriter.Written> written = DayFileWriter.write(night.spark().get(), night.lake(), table, rows);
        LOG.info("built {} in {} ms", table.path(), (System.nanoTime() - began) / 1_000_000);
        files.put(table, written.stream().map(DayFileWriter.Written::file).toList());
        return DayFileWriter.rowsByDay(written);
    }

    private void accounts(
            SortedMap<LocalDate, Long> accepted,
            SortedMap<LocalDate, Long> late,
            SortedMap<LocalDate, Long> opportunities) {
        List<Map<String, Object>> accounts = new ArrayList<>();
        accepted.forEach((day, count) -> {
            Map<String, Object> account = new HashMap<>();
            account.put(Table.DAY, day);
            account.put("accepted", count);
            account.put("late_duplicates", late.getOrDefault(day, 0L));
            account.put("opportunities", opportunities.getOrDefault(day, 0L));
            accounts.add(account);
        });
        files.put(Table.BATCH_DAYS, night.lake().table(Table.BATCH_DAYS).writeFiles(accounts));
    }
}
