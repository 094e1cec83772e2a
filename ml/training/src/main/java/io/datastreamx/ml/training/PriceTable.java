package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.datastreamx.ml.policy.FeatureEncoder;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Mean CPM price of fills, by aggregator and by aggregator on a channel. */
final class PriceTable {
    /**
     * So many fills at the aggregator's mean are added to each channel's own: few fills on a channel do not move its
     * price far.
     */
    private static final double PRIOR_FILLS = 20;

    private PriceTable() {}

    /** @return micro-units by the tokens of {@link FeatureEncoder} */
    static Map<String, Long> of(Dataset<Row> fills) {
        Map<String, Long> prices = new HashMap<>();
        Map<String, Double> means = new HashMap<>();
        fills.groupBy("aggregator_id")
                .agg(avg(col("price_micros")))
                .collectAsList()
                .forEach(row -> {
                    means.put(row.getString(0), row.getDouble(1));
                    prices.put(FeatureEncoder.priceToken(row.getString(0)), Math.round(row.getDouble(1)));
                });
        fills.groupBy("aggregator_id", "channel_id")
                .agg(avg(col("price_micros")), count(lit(1)))
                .collectAsList()
                .forEach(row -> {
                    double own = row.getDouble(2);
                    long rows = row.getLong(3);
                    double mean = (rows * own + PRIOR_FILLS * means.get(row.getString(0))) / (rows + PRIOR_FILLS);
                    prices.put(FeatureEncoder.priceToken(row.getString(0), "ch", row.getString(1)), Math.round(mean));
                });
        return prices;
    }
}
