package io.datastreamx.ml.training;

import io.datastreamx.ml.policy.FeatureDictionary;
import io.datastreamx.ml.policy.FeatureEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Attempts to feature vectors, by the encoder that scoring uses. Behind the dictionary's features stand some that exist
 * in training only: that an attempt was a fallback, for all aggregators and for each. A fallback is made where another
 * failed, which says something about the request that scoring cannot know; so fallbacks teach what depends on the
 * context without bending what is expected of a first attempt.
 */
final class Features {
    static final String COLUMN = "features";
    /** A feature seen less often says more about chance than about the world; without it the coarser ones speak. */
    private static final long LEAST_SEEN = 5;
    /** Of crosses of two values there are many times more, and what each adds is less. */
    private static final long LEAST_SEEN_CROSSED = 30;

    private final FeatureDictionary dictionary;
    private final List<String> aggregators;
    private final boolean crossed;

    private Features(FeatureDictionary dictionary, List<String> aggregators, boolean crossed) {
        this.dictionary = dictionary;
        this.aggregators = aggregators;
        this.crossed = crossed;
    }

    /** The features that the attempts show often enough to learn from. @param crossed also those of two values */
    static Features observed(Dataset<Row> attempts, boolean crossed) {
        List<String> often = Occurrences.of(attempts, asked -> tokens(asked, crossed)).entrySet().stream()
                .filter(token ->
                        token.getValue() >= (FeatureEncoder.isCross(token.getKey()) ? LEAST_SEEN_CROSSED : LEAST_SEEN))
                .map(Map.Entry::getKey)
                .toList();
        TreeSet<String> aggregators = new TreeSet<>(attempts.select("aggregator_id")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList());
        return new Features(FeatureDictionary.ofObserved(often), List.copyOf(aggregators), crossed);
    }

    private static List<String> tokens(Attempts.Asked asked, boolean crossed) {
        return crossed
                ? FeatureEncoder.crossedTokens(asked.slot(), asked.aggregatorId())
                : FeatureEncoder.tokens(asked.slot(), asked.aggregatorId());
    }

    FeatureDictionary dictionary() {
        return dictionary;
    }

    /** Length of the vectors: the dictionary's features and those of training. */
    int size() {
        return dictionary.size() + 1 + aggregators.size();
    }

    /** Adds the column {@link #COLUMN}. */
    Dataset<Row> encode(Dataset<Row> attempts) {
        return attempts.withColumn(
                COLUMN,
                Attempts.apply(new VectorOf(dictionary.tokens(), aggregators, crossed), SQLDataTypes.VectorType()));
    }

    /** Carries the dictionary as a plain list and builds its index once on each executor. */
    private static final class VectorOf implements Attempts.Function<Vector> {
        private final List<String> words;
        private final List<String> aggregators;
        private final boolean crossed;
        private transient FeatureDictionary dictionary;

        VectorOf(List<String> words, List<String> aggregators, boolean crossed) {
            this.crossed = crossed;
            this.words = words;
            this.aggregators = aggregators;
        }

        @Override
        public Vector of(Attempts.Asked asked) {
            if (dictionary == null) {
                dictionary = new FeatureDictionary(words);
            }
            int[] on = dictionary.indexes(tokens(asked, crossed));
            if (asked.position() > 1) {
                int own = aggregators.indexOf(asked.aggregatorId());
                int known = on.length;
                on = Arrays.copyOf(on, known + (own < 0 ? 1 : 2));
                on[known] = words.size();
                if (own >= 0) {
                    on[known + 1] = words.size() + 1 + own;
                }
            }
            double[] ones = new double[on.length];
            Arrays.fill(ones, 1.0);
            return Vectors.sparse(words.size() + 1 + aggregators.size(), on, ones);
        }
    }
}
