package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.ml.policy.Forest;
import io.datastreamx.ml.policy.LogisticModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.regression.IsotonicRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Gradient-boosted trees by MLlib over the aggregator and the values of the context. */
final class TreesFamily implements Family {
    @Override
    public String code() {
        return "trees";
    }

    @Override
    public Fitted fit(Dataset<Row> answered, Dataset<Row> fills, Calibrating calibration, long seed) {
        Forest values = observed(answered);
        BoostedFit fill = BoostedFit.of(values, labelled(answered, "fill"), seed);
        BoostedFit completion = BoostedFit.of(values, labelled(fills, "completed"), seed);
        return new Fitted(
                List.of(),
                calibration
                        .known()
                        .map(curves -> new LogisticModel(
                                fill.intercept(), List.of(), curves.fill().calibration()))
                        .orElseGet(() -> calibrated(fill, labelled(calibration.answered(), "fill"))),
                calibration
                        .known()
                        .map(curves -> new LogisticModel(
                                completion.intercept(),
                                List.of(),
                                curves.completion().calibration()))
                        .orElseGet(() -> calibrated(completion, labelled(calibration.fills(), "completed"))),
                new Forest(values.values(), fill.export(), completion.export()));
    }

    static Dataset<Row> labelled(Dataset<Row> rows, String label) {
        return rows.withColumn(LogisticFit.LABEL, col(label).cast("double"));
    }

    private static LogisticModel calibrated(BoostedFit fit, Dataset<Row> rows) {
        IsotonicRegressionModel curve = fit.boosted() == null ? null : Isotonic.of(fit.raw(rows));
        return new LogisticModel(fit.intercept(), List.of(), Isotonic.curve(curve));
    }

    /** The values that are seen most often, by field. */
    static Forest observed(Dataset<Row> attempts) {
        Map<String, List<String>> values = new HashMap<>();
        Forest.allFields().forEach(field -> values.put(field, new ArrayList<>()));
        Occurrences.of(attempts, asked -> Forest.valuesOf(asked.slot(), asked.aggregatorId())).entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(value -> {
                    int equals = value.getKey().indexOf('=');
                    List<String> known = values.get(value.getKey().substring(0, equals));
                    if (known.size() < Forest.MOST_VALUES - 1) {
                        known.add(value.getKey().substring(equals + 1));
                    }
                });
        return new Forest(values, List.of(), List.of());
    }
}
