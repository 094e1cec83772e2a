package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.ml.policy.FeatureDictionary;
import io.datastreamx.ml.policy.FeatureEncoder;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Fill and completion by logistic regression on context × aggregator, and mean prices. */
final class ModelTrainer {
    /** What a training leaves: the file to serve, and MLlib's own models for comparison. */
    record Trained(ModelDocument document, FeatureDictionary dictionary, LogisticFit fill, LogisticFit completion) {}

    private ModelTrainer() {}

    /** @throws TooLittleEvidence where a label has only one value, so that there is nothing to tell apart */
    static Trained train(LearningLog log, String modelVersion, TrainingInfo info) {
        Dataset<Row> attempts = log.firstAttempts(LearningLog.TRAIN);
        FeatureDictionary dictionary = Features.observed(attempts);
        LogisticFit fill = LogisticFit.of(
                labelled(attempts, "fill", dictionary),
                labelled(log.firstAttempts(LearningLog.CALIBRATION), "fill", dictionary));
        Dataset<Row> fills = log.fills(LearningLog.TRAIN);
        LogisticFit completion = LogisticFit.of(
                labelled(fills, "completed", dictionary),
                labelled(log.fills(LearningLog.CALIBRATION), "completed", dictionary));
        ModelDocument document = new ModelDocument(
                modelVersion,
                FeatureEncoder.VERSION,
                dictionary.tokens(),
                fill.export(),
                completion.export(),
                PriceTable.of(fills),
                Map.of(),
                info);
        return new Trained(document, dictionary, fill, completion);
    }

    private static Dataset<Row> labelled(Dataset<Row> attempts, String label, FeatureDictionary dictionary) {
        return Features.encode(attempts, dictionary)
                .withColumn(LogisticFit.LABEL, col(label).cast("double"));
    }
}
