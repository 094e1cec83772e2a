package io.datastreamx.ml.training;

import io.datastreamx.ml.policy.Forest;
import io.datastreamx.ml.policy.LogisticModel;
import io.datastreamx.ml.policy.ModelDocument;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A way to learn probabilities from attempts. All families are fitted, calibrated, judged and refitted alike; the one
 * that earns most comes into force.
 */
interface Family {
    /** As reports and the registry name it. */
    String code();

    /**
     * Fits P(fill | it answers) and P(complete | fill).
     *
     * @param answered attempts that were answered, with {@code fill} and {@link LearningWindow#WEIGHT}
     * @param fills attempts that filled, with {@code completed}
     * @param calibration by what the probabilities are calibrated
     */
    Fitted fit(Dataset<Row> answered, Dataset<Row> fills, Calibrating calibration, long seed);

    /**
     * Later rows of the same kinds, or the curves of a model that saw some.
     *
     * @param curves null where the rows are to be used
     */
    record Calibrating(Dataset<Row> answered, Dataset<Row> fills, ModelDocument curves) {
        static Calibrating on(Dataset<Row> answered, Dataset<Row> fills) {
            return new Calibrating(answered, fills, null);
        }

        static Calibrating as(ModelDocument judged) {
            return new Calibrating(null, null, judged);
        }

        Optional<ModelDocument> known() {
            return Optional.ofNullable(curves);
        }
    }

    /**
     * What was fitted.
     *
     * @param features the dictionary of the model file
     * @param forest null without trees
     */
    record Fitted(List<String> features, LogisticModel fill, LogisticModel completion, Forest forest) {}
}
