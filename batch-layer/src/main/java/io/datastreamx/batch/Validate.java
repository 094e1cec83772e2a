package io.datastreamx.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.xxhash64;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.spark.LogRow;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Ledger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Compares the days that the night built, as they lie in the lake, with the ledger and with sums taken straight from
 * the raw log, without grouping and exploding; of the other days it sees that their files are those of the version
 * before. Any difference ends the night before it is visible.
 */
final class Validate implements Step {
    /**
     * @param events events that the version counts
     * @param opportunities rows of {@code ad_opportunities}
     * @param comparisons numbers that were found equal
     */
    record Result(long events, long lateDuplicates, long opportunities, long comparisons) {}

    private static final Object[] SENT_BY_BOXES = Arrays.stream(EventType.values())
            .filter(EventType::isFromBox)
            .map(EventType::wireName)
            .toArray();
    private static final String BOUND = "bound";
    private static final List<String> ACCOUNT = Table.BATCH_DAYS.columnNames();
    private static final ColumnSums.Sum NOTHING = new ColumnSums.Sum("", 0, new long[0]);

    @Override
    public Outcome run(Night night) {
        Sealed sealed = night.sealed();
        Rebuild.Result rebuilt = night.run().require(StepName.REBUILD, Rebuild.Result.class);
        Checks checks = new Checks(sealed.version());
        Map<Table, Dataset<Row>> tables = new EnumMap<>(Table.class);
        rebuilt.tables()
                .forEach((table, version) ->
                        tables.put(table, BatchTables.read(night.spark().get(), night.lake(), table, version)));
        sealed.baseIfAny().ifPresent(base -> requireOthersUntouched(night, base, rebuilt, tables, checks));
        requireGrains(rebuilt, tables.get(Table.BATCH_ROLLUPS), checks);
        Map<String, ColumnSums.Sum> accounts =
                ColumnSums.of(tables.get(Table.BATCH_DAYS), List.of(col(Table.DAY)), columns(ACCOUNT));
        if (!rebuilt.rebuilt().isEmpty()) {
            requireAsRawLog(night, rebuilt.rebuiltDays(), tables, accounts, checks);
        }
        checks.equal(
                Table.BATCH_DAYS.title(),
                "events accepted by the ledger",
                new Ledger(night.lake()).acceptedUpTo(sealed.cut()),
                total(accounts, "accepted"));
        checks.throwIfAny();
        long late = total(accounts, "late_duplicates");
        return Outcome.done(
                new Result(total(accounts, "accepted") - late, late, total(accounts, "opportunities"), checks.made()));
    }

    private static long total(Map<String, ColumnSums.Sum> accounts, String column) {
        return accounts.values().stream()
                .mapToLong(account -> account(account, column))
                .reduce(0, Math::addExact);
    }

    private static long account(ColumnSums.Sum account, String column) {
        return value(account, ACCOUNT.indexOf(column));
    }

    private static long value(ColumnSums.Sum sum, int column) {
        return sum == NOTHING ? 0 : sum.sums()[column];
    }

    /** Restored days are the files of the version before; days made coarser add up to the same. */
    private static void requireOthersUntouched(
            Night night, Sealed.Base base, Rebuild.Result rebuilt, Map<Table, Dataset<Row>> tables, Checks checks) {
        SortedSet<LocalDate> coarsened = rebuilt.coarsenedDays();
        for (Table table : Table.ofBatch()) {
            DeltaTable delta = night.lake().table(table);
            SortedSet<LocalDate> unlike = delta.state(rebuilt.tables().get(table))
                    .daysUnlike(delta.state(base.tables().get(table)));
            unlike.removeAll(rebuilt.rebuiltDays());
            if (table == Table.BATCH_ROLLUPS) {
                unlike.removeAll(coarsened);
            }
            checks.equal(table.title(), "days that changed without having been built", new TreeSet<>(), unlike);
        }
        if (!coarsened.isEmpty()) {
            Map<String, ColumnSums.Sum> expected = rollupTotals(BatchTables.read(
                            night.spark().get(),
                            night.lake(),
                            Table.BATCH_ROLLUPS,
                            base.tables().get(Table.BATCH_ROLLUPS))
                    .where(Days.in(coarsened)));
            Map<String, ColumnSums.Sum> got =
                    rollupTotals(tables.get(Table.BATCH_ROLLUPS).where(Days.in(coarsened)));
            checks.equal(Table.BATCH_ROLLUPS.title(), "rollups of days made coarser", expected.keySet(), got.keySet());
            expected.forEach((rollup, sums) -> {
                for (int i = 0; i < MeasureSums.columns().size(); i++) {
                    checks.equal(
                            rollup,
                            MeasureSums.columns().get(i) + " after it was made coarser",
                            value(sums, i),
                            value(got.getOrDefault(rollup, NOTHING), i));
                }
            });
        }
    }

    /** Of the days that were written, each row begins an interval of the grain that the version keeps. */
    private static void requireGrains(Rebuild.Result rebuilt, Dataset<Row> rollups, Checks checks) {
        for (Grain grain : List.of(Grain.HOUR, Grain.DAY)) {
            SortedSet<LocalDate> days = new TreeSet<>(rebuilt.rebuiltDays());
            days.addAll(rebuilt.coarsenedDays());
            days.removeIf(day -> rebuilt.grains().of(day) != grain);
            if (!days.isEmpty()) {
                checks.equal(
                        Table.BATCH_ROLLUPS.title(),
                        "rows that begin no " + grain.id(),
                        0L,
                        rollups.where(Days.in(days))
                                .where(col(Rollup.MINUTE).notEqual(date_trunc(grain.id(), col(Rollup.MINUTE))))
                                .count());
            }
        }
    }

    /** By day and rollup. */
    private static Map<String, ColumnSums.Sum> rollupTotals(Dataset<Row> rollups) {
        return ColumnSums.of(rollups, List.of(col(Table.DAY), col(Rollup.COLUMN)), columns(MeasureSums.columns()));
    }

    private static void requireAsRawLog(
            Night night,
            SortedSet<LocalDate> days,
            Map<Table, Dataset<Row>> tables,
            Map<String, ColumnSums.Sum> accounts,
            Checks checks) {
        Dataset<Row> opportunities = tables.get(Table.AD_OPPORTUNITIES).where(Days.in(days));
        CountedEvents known = CountedEvents.known(
                night.spark().get(), night.lake(), night.sealed().cut(), days, tables.get(Table.LATE_DUPLICATES));
        Dataset<Row> counted = known.rows();
        requireDistinct(counted, checks);
        Map<String, ColumnSums.Sum> raw = rawTotals(counted);
        Map<String, ColumnSums.Sum> byRollup =
                rollupTotals(tables.get(Table.BATCH_ROLLUPS).where(Days.in(days)));
        Map<String, ColumnSums.Sum> facts = ColumnSums.nested(
                opportunities,
                List.of(col(Table.DAY)),
                "facts",
                OpportunityRows.FACT_KEYS,
                MeasureSums.columns().size());
        SortedMap<LocalDate, Long> late = BatchTables.count(known.late());
        SortedMap<LocalDate, Long> requests =
                BatchTables.count(opportunities.select(Table.DAY, "request_id").distinct());
        for (LocalDate date : days) {
            String day = date.toString();
            ColumnSums.Sum bound = raw.getOrDefault(day + " true", NOTHING);
            ColumnSums.Sum unbound = raw.getOrDefault(day + " false", NOTHING);
            for (int i = 0; i < MeasureSums.columns().size(); i++) {
                String measure = MeasureSums.columns().get(i);
                long expected = Math.addExact(value(bound, i), value(unbound, i));
                for (Rollup rollup : Rollup.values()) {
                    checks.equal(
                            day + ", rollups (" + rollup.id() + ")",
                            measure,
                            expected,
                            value(byRollup.getOrDefault(day + " " + rollup.id(), NOTHING), i));
                }
                checks.equal(
                        day + ", ad_opportunities",
                        measure,
                        value(bound, i),
                        value(facts.getOrDefault(day, NOTHING), i));
            }
            ColumnSums.Sum account = accounts.getOrDefault(day, NOTHING);
            long lateDuplicates = late.getOrDefault(date, 0L);
            checks.equal(
                    day + ", events",
                    "rows that count (accepted minus late duplicates)",
                    account(account, "accepted") - lateDuplicates,
                    bound.rows() + unbound.rows());
            checks.equal(day + ", days", "late duplicates", lateDuplicates, account(account, "late_duplicates"));
            checks.equal(
                    day + ", ad_opportunities",
                    "rows",
                    account(account, "opportunities"),
                    facts.getOrDefault(day, NOTHING).rows());
            checks.equal(
                    day + ", ad_opportunities",
                    "distinct request_id among rows",
                    account(account, "opportunities"),
                    requests.getOrDefault(date, 0L));
        }
    }

    /** A retry of a box repeats its time, so no reach can tell two of its records apart. */
    private static void requireDistinct(Dataset<Row> counted, Checks checks) {
        Dataset<Row> sent = counted.where(col("event_type").isin(SENT_BY_BOXES).and(not(col(Rollup.IMPLAUSIBLE_CLOCK))))
                .select(xxhash64(col(Table.IDENTITY)).as("hash"), col(Table.IDENTITY));
        Dataset<Row> suspects = sent.groupBy("hash")
                .agg(count(lit(1)).as("seen"))
                .where("seen > 1")
                .select("hash");
        Row repeated = sent.join(broadcast(suspects), new String[] {"hash"}, "left_semi")
                .agg(count(lit(1)), countDistinct(Table.IDENTITY))
                .first();
        checks.equal("events", "distinct identities among what boxes sent", repeated.getLong(0), repeated.getLong(1));
    }

    /**
     * By day and by whether the events belong to requests. Each measure's SQL is asked once for all events that are
     * alike in what measures read.
     */
    private static Map<String, ColumnSums.Sum> rawTotals(Dataset<Row> counted) {
        List<Column> alike = new ArrayList<>(List.of(col(Table.DAY)));
        alike.addAll(columns(LogRow.READ));
        Dataset<Row> kinds =
                counted.groupBy(alike.toArray(Column[]::new)).agg(count(lit(1)).as("events"));
        return ColumnSums.weighted(
                kinds,
                List.of(
                        col(Table.DAY),
                        Opportunities.boundToRequest().cast("string").as(BOUND)),
                col("events"),
                RollupAggregation.contributionColumns());
    }

    private static List<Column> columns(List<String> names) {
        return names.stream().map(functions::col).toList();
    }
}
