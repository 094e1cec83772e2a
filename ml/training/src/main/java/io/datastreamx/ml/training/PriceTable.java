package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.contract.event.FieldType;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.ModelDocument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * CPM prices of fills: each aggregator's own, and by what channel, region, hour and floor multiply it, fitted one after
 * the other on what the others leave, and shrunk to 1 where fills are few. The level is that of the last day where it
 * has enough fills, the factors are the window's.
 *
 * <p>Robust: no fill counts for more than its aggregator may pay, nor for more than a multiple of what it usually pays,
 * so one price that cannot be moves nothing.
 */
final class PriceTable {
    /** Values of the context that may move a price, as tokens begin. */
    private static final List<String> FIELDS = List.of("ch=", "reg=", "hour=", "floor=");
    /** So many fills at the expected price are added to those of each value. */
    private static final double PRIOR_FILLS = 20;
    /** So many fills of the window count beside those of the last day. */
    private static final double WINDOW_FILLS = 50;

    private static final int ROUNDS = 8;
    /** A price so many times the aggregator's median is not believed. */
    private static final double MEDIANS = 10;
    /** Heavy tails: nor so many times what only one fill of a hundred exceeds, where there are enough to tell. */
    private static final double TOP_HUNDREDTHS = 3;

    private static final long ENOUGH_FOR_TAIL = 500;
    /** Effects smaller than this are not written. */
    private static final double LEAST_EFFECT = 0.002;

    private PriceTable() {}

    /**
     * @param fills attempts that filled, with {@link LearningWindow#WEIGHT} and a flag {@code latest}: of the last day
     * @param mostMicros what aggregators may pay at most; one that is not named may pay what an event can hold
     * @return micro-units by tokens, as {@link ModelDocument#priceMicros()} has them
     */
    static Map<String, Long> of(Dataset<Row> fills, Map<String, Long> mostMicros) {
        Dataset<Row> limits = fills.groupBy("aggregator_id")
                .agg(
                        expr("percentile_approx(price_micros, 0.5)").as("median"),
                        expr("percentile_approx(price_micros, 0.99)").as("top"),
                        expr("count(1)").as("fills"))
                .join(broadcast(most(fills, mostMicros)), new String[] {"aggregator_id"}, "left")
                .withColumn(
                        "most",
                        expr(
                                "least(coalesce(may_pay, %dL), greatest(1D, median * %sD, CASE WHEN fills >= %d THEN top * %sD ELSE 0D END))"
                                        .formatted(
                                                FieldType.MAX_PRICE_MICROS, MEDIANS, ENOUGH_FOR_TAIL, TOP_HUNDREDTHS)))
                .select("aggregator_id", "most");
        List<Group> groups = fills
                .join(broadcast(limits), "aggregator_id")
                .withColumn(
                        "tokens",
                        Attempts.apply(
                                asked -> tokens(FeatureEncoder.tokens(asked.slot(), asked.aggregatorId())),
                                DataTypes.createArrayType(DataTypes.StringType)))
                .withColumn("price", expr("least(CAST(price_micros AS DOUBLE), most)"))
                .groupBy(col("aggregator_id"), col("tokens"), col("latest"))
                .agg(expr("sum(weight)"), expr("sum(weight * price)"))
                .collectAsList()
                .stream()
                .map(row -> new Group(
                        row.getString(0),
                        row.<String>getList(1).toArray(String[]::new),
                        row.getBoolean(2),
                        row.getDouble(3),
                        row.getDouble(4)))
                .toList();
        Map<String, List<Group>> byAggregator = new HashMap<>();
        groups.forEach(group -> byAggregator
                .computeIfAbsent(group.aggregator, id -> new ArrayList<>())
                .add(group));
        Map<String, Long> prices = new HashMap<>();
        byAggregator.forEach(
                (id, own) -> fit(id, own, mostMicros.getOrDefault(id, FieldType.MAX_PRICE_MICROS), prices));
        return prices;
    }

    /** Fills that agree in everything that may move their price. */
    private record Group(String aggregator, String[] tokens, boolean latest, double fills, double sum) {}

    private static Dataset<Row> most(Dataset<Row> fills, Map<String, Long> mostMicros) {
        List<Row> rows = mostMicros.entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
                .toList();
        return fills.sparkSession()
                .createDataFrame(
                        rows,
                        new StructType()
                                .add("aggregator_id", DataTypes.StringType)
                                .add("may_pay", DataTypes.LongType));
    }

    private static String[] tokens(List<String> all) {
        return all.stream()
                .filter(token -> {
                    int bar = token.indexOf('|');
                    return bar >= 0 && FIELDS.stream().anyMatch(field -> token.startsWith(field, bar + 1));
                })
                .toArray(String[]::new);
    }

    private static void fit(String aggregator, List<Group> groups, long most, Map<String, Long> prices) {
        double fills = groups.stream().mapToDouble(Group::fills).sum();
        double base = Math.min(most, groups.stream().mapToDouble(Group::sum).sum() / fills);
        if (!(base > 0)) {
            prices.put(FeatureEncoder.priceToken(aggregator), 0L);
            return;
        }
        Map<String, Double> factors = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int field = 0; field < FIELDS.size(); field++) {
                adjust(groups, field, base, factors, PRIOR_FILLS);
            }
            base *= level(groups, base, factors, 0);
        }
        List<Group> latest = groups.stream().filter(Group::latest).toList();
        if (!latest.isEmpty()) {
            base *= level(latest, base, factors, WINDOW_FILLS);
            for (int field = 0; field < FIELDS.size(); field++) {
                adjust(latest, field, base, factors, WINDOW_FILLS);
            }
        }
        double own = Math.min(most, base);
        prices.put(FeatureEncoder.priceToken(aggregator), Math.max(1, Math.round(own)));
        factors.forEach((token, factor) -> {
            if (Math.abs(factor - 1) > LEAST_EFFECT) {
                prices.put(token, Math.min(FieldType.MAX_PRICE_MICROS, Math.max(1, Math.round(own * factor))));
            }
        });
    }

    /** Moves the factors of one field's values to where the groups' prices are, as far as they have fills. */
    private static void adjust(
            List<Group> groups, int field, double base, Map<String, Double> factors, double priorFills) {
        Map<String, double[]> sums = new HashMap<>();
        for (Group group : groups) {
            double[] seen = sums.computeIfAbsent(group.tokens[field], token -> new double[2]);
            seen[0] += group.sum;
            seen[1] += group.fills * expected(group, base, factors);
        }
        sums.forEach((token, seen) -> {
            double prior = priorFills * base;
            double factor = factors.getOrDefault(token, 1.0) * (seen[0] + prior) / (seen[1] + prior);
            factors.put(
                    token,
                    Math.max(1 / ModelDocument.MOST_PRICE_FACTOR, Math.min(ModelDocument.MOST_PRICE_FACTOR, factor)));
        });
    }

    private static double level(List<Group> groups, double base, Map<String, Double> factors, double priorFills) {
        double seen = priorFills * base;
        double expected = priorFills * base;
        for (Group group : groups) {
            seen += group.sum;
            expected += group.fills * expected(group, base, factors);
        }
        return expected > 0 ? seen / expected : 1;
    }

    private static double expected(Group group, double base, Map<String, Double> factors) {
        return base
                * Arrays.stream(group.tokens)
                        .mapToDouble(token -> factors.getOrDefault(token, 1.0))
                        .reduce(1, (a, b) -> a * b);
    }
}
