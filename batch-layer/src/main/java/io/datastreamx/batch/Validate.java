package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.spark.RollupAggregation;
import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Compares the version's tables as they lie in the lake with the ledger and with sums taken straight from the raw log,
 * without grouping and exploding. Any difference ends the night before it is visible.
 */
final class Validate implements Step {
    /**
     * @param events events that the version counts
     * @param opportunities requests
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
        Dataset<Row> rollups = read(night, sealed.version(), Table.BATCH_ROLLUPS, checks);
        Dataset<Row> opportunities = read(night, sealed.version(), Table.AD_OPPORTUNITIES, checks);

        Dataset<Row> counted = night.counted().get().rows();
        Map<String, Map<String, Long>> raw = rawTotals(counted);
        Map<String, Long> bound = raw.getOrDefault("true", Map.of());
        Map<String, Long> unbound = raw.getOrDefault("false", Map.of());

        long accepted = new Ledger(night.lake())
                .entries().stream()
                        .filter(entry -> entry.batch() <= sealed.cut())
                        .mapToLong(LedgerEntry::accepted)
                        .sum();
        long events = bound.getOrDefault(ROWS, 0L) + unbound.getOrDefault(ROWS, 0L);
        checks.equal(
                "events",
                "rows that count (accepted by the ledger minus late duplicates)",
                accepted - rebuilt.lateDuplicates(),
                events);
        // A retry of a box repeats its time, so no reach can tell two of its records apart.
        Row sent = counted.where(col("event_type").isin(SENT_BY_BOXES))
                .agg(count(lit(1)), countDistinct(Table.IDENTITY))
                .first();
        checks.equal("events", "distinct identities among what boxes sent", sent.getLong(0), sent.getLong(1));

        Map<String, Map<String, Long>> byRollup =
                totals(rollups.groupBy(Rollup.COLUMN).agg(rows(), sums()));
        for (Rollup rollup : Rollup.values()) {
            Map<String, Long> stored = byRollup.getOrDefault(rollup.id(), Map.of());
            for (String measure : measures()) {
                long expected = bound.getOrDefault(measure, 0L) + unbound.getOrDefault(measure, 0L);
                checks.equal("rollups (" + rollup.id() + ")", measure, expected, stored.getOrDefault(measure, 0L));
            }
        }
        Map<String, Long> facts = totals(opportunities
                        .selectExpr("'facts' AS source", "inline(facts)")
                        .groupBy("source")
                        .agg(rows(), sums()))
                .getOrDefault("facts", Map.of());
        for (String measure : measures()) {
            checks.equal("ad_opportunities", measure, bound.getOrDefault(measure, 0L), facts.getOrDefault(measure, 0L));
        }
        Row requests =
                opportunities.agg(count(lit(1)), countDistinct("request_id")).first();
        checks.equal("ad_opportunities", "distinct request_id among rows", requests.getLong(0), requests.getLong(1));
        checks.throwIfAny();
        return Outcome.done(new Result(events, rebuilt.lateDuplicates(), requests.getLong(0), checks.made()));
    }

    private static Dataset<Row> read(Night night, String version, Table table, Checks checks) {
        Dataset<Row> rows =
                night.spark().get().read().format("delta").load(night.lake().versionUri(version, table));
        checks.equal(table.path(), "schema", shape(SparkSchemas.of(table)), shape(rows.schema()));
        return rows;
    }

    /** Names and types; whether nulls are allowed is not kept by every writer below an array. */
    private static String shape(StructType schema) {
        return schema.catalogString();
    }

    private static Map<String, Map<String, Long>> rawTotals(Dataset<Row> counted) {
        List<Column> columns = new ArrayList<>(
                List.of(Opportunities.boundToRequest().cast("string").as(BOUND)));
        columns.addAll(RollupAggregation.contributionColumns());
        return totals(
                counted.select(columns.toArray(Column[]::new)).groupBy(BOUND).agg(rows(), sums()));
    }

    private static Column rows() {
        return count(lit(1)).as(ROWS);
    }

    private static Column[] sums() {
        return measures().stream()
                .map(name -> sum(SUMMED.contains(name) ? col(name).cast("decimal(38,0)") : col(name))
                        .as(name))
                .toArray(Column[]::new);
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

    /** By the value of the first column: the numbers in all other columns. */
    private static Map<String, Map<String, Long>> totals(Dataset<Row> grouped) {
        Map<String, Map<String, Long>> totals = new HashMap<>();
        for (Row row : grouped.collectAsList()) {
            Map<String, Long> numbers = new HashMap<>();
            Arrays.stream(row.schema().fieldNames())
                    .skip(1)
                    .forEach(name -> numbers.put(name, exact(name, row.getAs(name))));
            totals.put(row.getString(0), numbers);
        }
        return totals;
    }
}
