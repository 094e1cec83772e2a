package io.datastreamx.ml.training;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import java.io.Serializable;
import java.sql.Timestamp;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** A model file as routers will read it, on Spark's executors: what is judged is what is served. */
final class ServedModel implements Serializable {
    private static final Column[] INPUT = ContextColumns.and("request_time", "aggregator_id");

    private final byte[] file;
    private transient LogisticScorer scorer;

    ServedModel(byte[] file) {
        this.file = file.clone();
    }

    /** P(fill) of an attempt, calibrated. */
    Column fillProbability() {
        return probability((channel, previous, last, region, device, time, aggregator) ->
                scorer().fillProbability(slot(channel, previous, last, region, device, time), aggregator));
    }

    /** P(complete | fill) of an attempt, calibrated. */
    Column completionProbability() {
        return probability((channel, previous, last, region, device, time, aggregator) ->
                scorer().completionProbability(slot(channel, previous, last, region, device, time), aggregator));
    }

    private static AdSlot slot(
            String channel, String previous, String last, String region, String device, Timestamp time) {
        return new AdSlot(new Context(channel, previous, last, region, device), time.toInstant(), 0, Long.MAX_VALUE);
    }

    LogisticScorer scorer() {
        if (scorer == null) {
            scorer = new LogisticScorer(ModelDocument.read(file));
        }
        return scorer;
    }

    private static Column probability(
            UDF7<String, String, String, String, String, Timestamp, String, Double> function) {
        UserDefinedFunction udf = functions.udf(function, DataTypes.DoubleType);
        return udf.apply(INPUT);
    }
}
