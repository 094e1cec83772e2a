package io.datastreamx.ml.policy;

import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A trained model as a file: what scoring needs and where it came from. An instance that exists is complete and
 * consistent; a corrupt file is refused when read.
 *
 * @param modelVersion its name
 * @param features the dictionary: place in the list = place of the coefficient
 * @param fill P(the aggregator fills in time)
 * @param completion P(the ad is watched to its end | fill)
 * @param priceMicros mean CPM price of fills in micro-units, by the tokens of {@link FeatureEncoder#channelPriceToken},
 *     {@link FeatureEncoder#regionPriceToken} and {@link FeatureEncoder#priceToken}: the first of these that is there
 *     counts, then the contract price
 * @param training what it was made from
 */
public record ModelDocument(
        String modelVersion,
        List<String> features,
        LogisticModel fill,
        LogisticModel completion,
        Map<String, Long> priceMicros,
        TrainingInfo training) {
    public ModelDocument {
        if (modelVersion == null
                || modelVersion.isBlank()
                || features == null
                || fill == null
                || completion == null
                || training == null) {
            throw new IllegalArgumentException("a model needs model_version, features, fill, completion and training");
        }
        features = List.copyOf(features);
        priceMicros = priceMicros == null ? Map.of() : Map.copyOf(priceMicros);
        requireLength("fill", fill, features);
        requireLength("completion", completion, features);
        if (new HashSet<>(features).size() != features.size()) {
            throw new IllegalArgumentException("model " + modelVersion + " has a feature twice");
        }
        features.forEach(FeatureToken::parse);
        priceMicros.forEach((token, price) -> {
            if (FeatureToken.parse(token).aggregatorId() == null || price < 0) {
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
