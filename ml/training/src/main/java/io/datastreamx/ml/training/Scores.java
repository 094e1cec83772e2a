package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What another program expects of the candidates of logged requests, by request. */
final class Scores {
    /** Column of the map from aggregators to what is expected of them. */
    static final String COLUMN = "scores";

    private static final List<String> NAMES =
            List.of("request_id", "aggregator_id", "fill", "value_micros", "answer_ms");

    private Scores() {}

    /**
     * @param scores one row for each request and candidate
     * @return one row for each request: {@code request_id} and {@link #COLUMN}
     * @throws LogRefused naming the column that is missing, or the request whose score cannot be
     */
    static Dataset<Row> of(Dataset<Row> scores) {
        for (String name : NAMES) {
            if (!Arrays.asList(scores.columns()).contains(name)) {
                throw new LogRefused(
                        name, "the file of scores lacks it; it has " + String.join(", ", scores.columns()));
            }
        }
        Dataset<Row> typed = scores.select(
                col("request_id"),
                col("aggregator_id"),
                expr("try_cast(fill AS DOUBLE)").as("fill"),
                expr("try_cast(value_micros AS DOUBLE)").as("value"),
                expr("try_cast(answer_ms AS DOUBLE)").as("ms"));
        List<Row> wrong = typed.where(
                        "request_id IS NULL OR aggregator_id IS NULL OR fill IS NULL OR isnan(fill) OR fill < 0 OR fill > 1 OR value IS NULL OR isnan(value) OR value < 0"
                                + " OR ms IS NULL OR isnan(ms) OR ms < 0")
                .limit(1)
                .collectAsList();
        if (!wrong.isEmpty()) {
            throw new LogRefused(
                    "fill, value_micros or answer_ms",
                    "the file of scores holds " + wrong.get(0)
                            + ", where fill lies in [0, 1] and the others are not negative");
        }
        return typed.groupBy("request_id")
                .agg(expr("map_from_entries(collect_list(struct(aggregator_id, struct(fill, value, ms))))")
                        .as(COLUMN));
    }

    /** By the scores of one request. */
    static Scorer scorer(Map<String, Row> scores) {
        return (slot, aggregator) -> {
            Row score = scores.get(aggregator.aggregatorId());
            return score == null
                    ? new Expectation(0, 0, 0, 0)
                    : new Expectation(score.getDouble(0), 1, score.getDouble(1), score.getDouble(2));
        };
    }
}
