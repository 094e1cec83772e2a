package io.datastreamx.batch;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Ledger;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

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
    private static final Set<String> SUMMED = Arrays.stream(Measure.values())
            .filter(measure -> !measure.countsEvents())
            .map(Measure::column)
            .collect(Collectors.toSet());
    private static final String BOUND = "bound";
    private static final String ROWS = "rows";

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
        if (!rebuilt.rebuilt().isEmpty()) {
            requireAsRawLog(night, rebuilt.rebuiltDays(), tables, checks);
        }
        Row totals = tables.get(Table.BATCH_DAYS)
                .agg(
                        coalesce(sum("accepted"), lit(0L)),
                        coalesce(sum("late_duplicates"), lit(0L)),
                        coalesce(sum("opportunities"), lit(0L)))
                .first();
        checks.equal(
                Table.BATCH_DAYS.title(),
                "events accepted by the ledger",
                new Ledger(night.lake()).acceptedUpTo(sealed.cut()),
                totals.getLong(0));
        checks.throwIfAny();
        return Outcome.done(
                new Result(totals.getLong(0) - totals.getLong(1), totals.getLong(1), totals.getLong(2), checks.made()));
    }

    /** Of days that were restored, what was rebuilt from the version before is it again, in files of its own. */
    private static void requireOthersUntouched(
            Night night, Sealed.Base base, Rebuild.Result rebuilt, Map<Table, Dataset<Row>> tables, Checks checks) {
        SortedSet<LocalDate> restored = rebuilt.restoredDays();
        for (Table table : Table.ofBatch()) {
            DeltaTable delta = night.lake().table(table);
            SortedSet<LocalDate> unlike = delta.state(rebuilt.tables().get(table))
                    .daysUnlike(delta.state(base.tables().get(table)));
            unlike.removeAll(rebuilt.rebuiltDays());
            unlike.removeAll(restored);
            checks.equal(table.title(), "days that changed without having been built", new TreeSet<>(), unlike);
        }
        if (!restored.isEmpty()) {
            checks.equal(
                    Table.BATCH_ROLLUPS.title(),
                    "sums of restored days",
                    rollupTotals(BatchTables.read(
                                    night.spark().get(),
                                    night.lake(),
                                    Table.BATCH_ROLLUPS,
                                    base.tables().get(Table.BATCH_ROLLUPS))
                            .where(Days.in(restored))),
                    rollupTotals(tables.get(Table.BATCH_ROLLUPS).where(Days.in(restored))));
        }
    }

    private static void requireAsRawLog(
            Night night, SortedSet<LocalDate> days, Map<Table, Dataset<Row>> tables, Checks checks) {
        for (Table table : Table.ofBatch()) {
            checks.equal(
                    table.title(),
                    "schema",
                    shape(BatchTables.schema(table)),
                    shape(tables.get(table).schema()));
        }
        Dataset<Row> rollups = tables.get(Table.BATCH_ROLLUPS).where(Days.in(days));
        Dataset<Row> opportunities = tables.get(Table.AD_OPPORTUNITIES).where(Days.in(days));
        CountedEvents known = CountedEvents.known(
                night.spark().get(), night.lake(), night.sealed().cut(), days, tables.get(Table.LATE_DUPLICATES));
        Dataset<Row> counted = known.rows();
        requireDistinct(counted, checks);
        Map<String, Map<String, Long>> raw = rawTotals(counted);
        Map<String, Map<String, Long>> byRollup = rollupTotals(rollups);
        Map<String, Map<String, Long>> facts =
                totals(opportunities.select(col(Table.DAY), expr("inline(facts)")), col(Table.DAY));
        Map<String, Map<String, Long>> stored = totals(
                tables.get(Table.BATCH_DAYS).where(Days.in(days)),
                List.of("accepted", "late_duplicates", "opportunities"),
                col(Table.DAY));
        Map<String, Map<String, Long>> late = totals(known.late(), List.of(), col(Table.DAY));
        Map<String, Map<String, Long>> requests =
                totals(opportunities.select(Table.DAY, "request_id").distinct(), List.of(), col(Table.DAY));
        for (LocalDate date : days) {
            String day = date.toString();
            Map<String, Long> bound = raw.getOrDefault(day + " true", Map.of());
            Map<String, Long> unbound = raw.getOrDefault(day + " false", Map.of());
            for (String measure : measures()) {
                long expected = bound.getOrDefault(measure, 0L) + unbound.getOrDefault(measure, 0L);
                for (Rollup rollup : Rollup.values()) {
                    Map<String, Long> got = byRollup.getOrDefault(day + " " + rollup.id(), Map.of());
                    checks.equal(
                            day + ", rollups (" + rollup.id() + ")", measure, expected, got.getOrDefault(measure, 0L));
                }
                checks.equal(
                        day + ", ad_opportunities",
                        measure,
                        bound.getOrDefault(measure, 0L),
                        facts.getOrDefault(day, Map.of()).getOrDefault(measure, 0L));
            }
            Map<String, Long> account = stored.getOrDefault(day, Map.of());
            long lateDuplicates = late.getOrDefault(day, Map.of()).getOrDefault(ROWS, 0L);
            checks.equal(
                    day + ", events",
                    "rows that count (accepted minus late duplicates)",
                    account.getOrDefault("accepted", 0L) - lateDuplicates,
                    bound.getOrDefault(ROWS, 0L) + unbound.getOrDefault(ROWS, 0L));
            checks.equal(
                    day + ", days", "late duplicates", lateDuplicates, account.getOrDefault("late_duplicates", 0L));
            checks.equal(
                    day + ", ad_opportunities",
                    "distinct request_id among rows",
                    account.getOrDefault("opportunities", 0L),
                    requests.getOrDefault(day, Map.of()).getOrDefault(ROWS, 0L));
        }
        checks.equal(
                Table.AD_OPPORTUNITIES.title(),
                "rows of the days that were built",
                stored.values().stream()
                        .mapToLong(account -> account.get("opportunities"))
                        .sum(),
                opportunities.count());
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

    /** Names and types; whether nulls are allowed is not kept by every writer below an array. */
    private static String shape(StructType schema) {
        return schema.catalogString();
    }

    /** By day and by whether the events belong to requests. */
    private static Map<String, Map<String, Long>> rawTotals(Dataset<Row> counted) {
        List<Column> columns = new ArrayList<>(List.of(
                col(Table.DAY), Opportunities.boundToRequest().cast("string").as(BOUND)));
        columns.addAll(RollupAggregation.contributionColumns());
        return totals(counted.select(columns.toArray(Column[]::new)), col(Table.DAY), col(BOUND));
    }

    private static Map<String, Map<String, Long>> rollupTotals(Dataset<Row> rollups) {
        return totals(rollups, col(Table.DAY), col(Rollup.COLUMN));
    }

    private static Map<String, Map<String, Long>> totals(Dataset<Row> rows, Column... keys) {
        return totals(rows, measures(), keys);
    }

    /** Sums by keys, which are joined by a space; {@link #ROWS} counts. */
    private static Map<String, Map<String, Long>> totals(Dataset<Row> rows, List<String> summed, Column... keys) {
        Column[] sums = summed.stream()
                .map(name -> sum(SUMMED.contains(name) ? col(name).cast("decimal(38,0)") : col(name))
                        .as(name))
                .toArray(Column[]::new);
        Map<String, Map<String, Long>> totals = new HashMap<>();
        for (Row row : rows.groupBy(concat_ws(" ", keys).as("key"))
                .agg(count(lit(1)).as(ROWS), sums)
                .collectAsList()) {
            Map<String, Long> numbers = new HashMap<>();
            Arrays.stream(row.schema().fieldNames())
                    .skip(1)
                    .forEach(name -> numbers.put(name, exact(name, row.getAs(name))));
            totals.put(row.getString(0), numbers);
        }
        return totals;
    }

    /** A sum of Spark's longs wraps without a word; a decimal has room to see that it would have. */
    private static long exact(String measure, Object sum) {
        try {
            return sum instanceof BigDecimal decimal ? decimal.longValueExact() : (Long) sum;
        } catch (ArithmeticException e) {
            throw new IllegalStateException("the sum of " + measure + " passes 2^63: " + sum, e);
        }
    }

    /** Every additive measure and every bucket of the histogram. */
    private static List<String> measures() {
        return Table.BATCH_ROLLUPS.columns().stream()
                .filter(column -> !column.nullable()
                        && !column.name().equals(Rollup.COLUMN)
                        && !column.name().equals(Rollup.MINUTE))
                .map(io.datastreamx.contract.table.Column::name)
                .toList();
    }
}
