package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.FeatureDictionary;
import io.datastreamx.ml.policy.FeatureEncoder;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/** Attempts to feature vectors, by the encoder that scoring uses. */
final class Features {
    static final String COLUMN = "features";
    /** A feature seen less often says more about chance than about the world; without it the coarser ones speak. */
    private static final long LEAST_SEEN = 5;

    private static final Column[] INPUT = ContextColumns.and("request_time", "aggregator_id");

    private Features() {}

    /** The tokens that the attempts show often enough to learn from. */
    static FeatureDictionary observed(Dataset<Row> attempts) {
        UDF7<String, String, String, String, String, Timestamp, String, String[]> tokens =
                (channel, previous, last, region, device, time, aggregator) -> FeatureEncoder.tokens(
                                slot(channel, previous, last, region, device, time), aggregator)
                        .toArray(String[]::new);
        UserDefinedFunction encode = udf(tokens, DataTypes.createArrayType(DataTypes.StringType));
        List<String> often = attempts.select(explode(encode.apply(INPUT)).as("token"))
                .groupBy("token")
                .agg(count(lit(1)).as("seen"))
                .where(col("seen").geq(LEAST_SEEN))
                .select("token")
                .as(Encoders.STRING())
                .collectAsList();
        return FeatureDictionary.ofObserved(often);
    }

    /** Adds the column {@link #COLUMN}. */
    static Dataset<Row> encode(Dataset<Row> attempts, FeatureDictionary dictionary) {
        List<String> words = dictionary.tokens();
        UDF7<String, String, String, String, String, Timestamp, String, Vector> vector = new VectorOf(words);
        return attempts.withColumn(
                COLUMN, udf(vector, SQLDataTypes.VectorType()).apply(INPUT));
    }

    private static AdSlot slot(
            String channel, String previous, String last, String region, String device, Timestamp time) {
        return new AdSlot(new Context(channel, previous, last, region, device), time.toInstant(), 0, Long.MAX_VALUE);
    }

    /** Carries the dictionary as a plain list and builds its index once on each executor. */
    private static final class VectorOf
            implements UDF7<String, String, String, String, String, Timestamp, String, Vector> {
        private final List<String> words;
        private transient FeatureDictionary dictionary;

        VectorOf(List<String> words) {
            this.words = words;
        }

        @Override
        public Vector call(
                String channel,
                String previous,
                String last,
                String region,
                String device,
                Timestamp time,
                String aggregator) {
            if (dictionary == null) {
                dictionary = new FeatureDictionary(words);
            }
            int[] on = dictionary.indexes(
                    FeatureEncoder.tokens(slot(channel, previous, last, region, device, time), aggregator));
            double[] ones = new double[on.length];
            Arrays.fill(ones, 1.0);
            return Vectors.sparse(dictionary.size(), on, ones);
        }
    }
}
