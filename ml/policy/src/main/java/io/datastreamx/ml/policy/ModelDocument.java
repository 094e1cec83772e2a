package io.datastreamx.ml.policy;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.FieldType;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A trained model as a file: what scoring needs and where it came from. An instance that exists is complete and
 * consistent; a corrupt file is refused when read.
 *
 * @param modelVersion its name
 * @param featuresVersion by which {@link FeatureEncoder#VERSION} its features were made; 1 in files that do not say
 * @param features the dictionary: place in the list = place of the coefficient
 * @param fill P(fill | it answers), learned from the attempts that were answered in time, errors too. Times out what
 *     does not, which {@link AggregatorProfile#answerTimes()} tells
 * @param completion P(the ad is watched to its end | fill)
 * @param priceMicros CPM prices of fills in micro-units, by tokens: {@code agg=a} is the aggregator's price, and a
 *     cross such as {@code agg=a|ch=news} or {@code agg=a|floor=3} what it would be if nothing but that value counted.
 *     What several crosses do to the price multiplies, each within {@link #MOST_PRICE_FACTOR} times
 * @param aggregators what else is known of each aggregator that the model has seen. One that is not named is new
 * @param training what it was made from
 * @param forest trees that add to the margins of {@code fill} and {@code completion}; null in models without
 */
public record ModelDocument(
        String modelVersion,
        Integer featuresVersion,
        List<String> features,
        LogisticModel fill,
        LogisticModel completion,
        Map<String, Long> priceMicros,
        Map<String, AggregatorProfile> aggregators,
        TrainingInfo training,
        Forest forest) {
    /** Without trees. */
    public ModelDocument(
            String modelVersion,
            Integer featuresVersion,
            List<String> features,
            LogisticModel fill,
            LogisticModel completion,
            Map<String, Long> priceMicros,
            Map<String, AggregatorProfile> aggregators,
            TrainingInfo training) {
        this(modelVersion, featuresVersion, features, fill, completion, priceMicros, aggregators, training, null);
    }

    /** What one value of the context can make of an aggregator's price, and its inverse. */
    public static final double MOST_PRICE_FACTOR = 16;

    public ModelDocument {
        if (modelVersion == null
                || modelVersion.isBlank()
                || features == null
                || fill == null
                || completion == null
                || training == null) {
            throw new IllegalArgumentException("a model needs model_version, features, fill, completion and training");
        }
        featuresVersion = featuresVersion == null ? 1 : featuresVersion;
        if (featuresVersion < 1 || featuresVersion > FeatureEncoder.VERSION) {
            throw new IllegalArgumentException("model " + modelVersion + " has features of version " + featuresVersion
                    + ", of which this edition knows those up to " + FeatureEncoder.VERSION);
        }
        features = List.copyOf(features);
        aggregators = aggregators == null ? Map.of() : Map.copyOf(aggregators);
        priceMicros = priceMicros == null ? Map.of() : Map.copyOf(priceMicros);
        requireLength("fill", fill, features);
        requireLength("completion", completion, features);
        if (new HashSet<>(features).size() != features.size()) {
            throw new IllegalArgumentException("model " + modelVersion + " has a feature twice");
        }
        features.forEach(FeatureToken::parse);
        priceMicros.forEach((token, price) -> {
            if (FeatureToken.parse(token).aggregatorId() == null || price < 0 || price > FieldType.MAX_PRICE_MICROS) {
                throw new IllegalArgumentException(
                        "price_micros: '" + token + "' = " + price + " is not a price of an aggregator");
            }
        });
    }

    /**
     * @param json content of a model file
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static ModelDocument read(byte[] json) {
        try {
            ModelDocument model = ContractJson.MAPPER.readValue(json, ModelDocument.class);
            if (model == null) {
                throw new IllegalArgumentException("not a usable model file: it holds null");
            }
            return model;
        } catch (IOException e) {
            throw new IllegalArgumentException("not a usable model file: " + e.getMessage(), e);
        }
    }

    /** The same model under another name. */
    public ModelDocument named(String version) {
        return new ModelDocument(
                version, featuresVersion, features, fill, completion, priceMicros, aggregators, training, forest);
    }

    /** The file's content. */
    public byte[] write() {
        return ContractJson.bytes(this);
    }

    private static void requireLength(String name, LogisticModel model, List<String> features) {
        if (model.coefficients().size() != features.size()) {
            throw new IllegalArgumentException(name + " has "
                    + model.coefficients().size() + " coefficients for " + features.size() + " features");
        }
    }
}
