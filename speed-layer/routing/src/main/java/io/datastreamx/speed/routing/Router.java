package io.datastreamx.speed.routing;

import io.datastreamx.config.RoutingMode;
import io.datastreamx.config.RoutingSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/** The routing query: read requests, decide, write decisions. */
final class Router {
    /**
     * A waiting fetch is answered as soon as there is a record, so a longer wait costs nothing and spares the broker
     * most of the fetches of an idle topic.
     */
    private static final String REAL_TIME_FETCH_WAIT_MS = "500";
    /** A micro-batch, though, begins with a fetch that may find the last one still waiting. */
    private static final String MICRO_BATCH_FETCH_WAIT_MS = "50";

    private final SparkSession spark;
    private final Settings settings;
    private final RequestOffsets from;
    private final boolean realTime;

    /** @param from where a fresh checkpoint begins */
    Router(SparkSession spark, Settings settings, RequestOffsets from) {
        this.spark = spark;
        this.settings = settings;
        this.from = from;
        this.realTime = settings.routing().mode() == RoutingMode.REAL_TIME;
    }

    /** Where the query keeps its checkpoint; that of another mode means nothing to it. */
    static String checkpoint(RoutingSettings routing) {
        return routing.checkpoint() + "/" + routing.mode().code();
    }

    /** @param batch how long a batch lasts in real-time mode */
    StreamingQuery start(Duration batch) {
        try {
            return writeDecisions(decide(readRequests()), batch).start();
        } catch (TimeoutException e) {
            throw new IllegalStateException("the routing query did not start in time", e);
        }
    }

    /**
     * A fresh checkpoint starts at an end of the topic that was looked up before, so that nothing is missed between
     * then and the query's first batch. Older requests are worthless, and so are those that Kafka has already deleted:
     * losing them must not stop the router.
     */
    private Dataset<Row> readRequests() {
        return spark.readStream()
                .format("kafka")
                .options(KafkaConnection.of(settings.kafka()).sparkOptions())
                .option("subscribe", Topic.AD_REQUESTS.topicName())
                .option("startingOffsets", from.json())
                .option("failOnDataLoss", "false")
                .option("kafka.fetch.max.wait.ms", realTime ? REAL_TIME_FETCH_WAIT_MS : MICRO_BATCH_FETCH_WAIT_MS)
                .load();
    }

    private Dataset<Row> decide(Dataset<Row> requests) {
        return decide(
                requests.select("value", "timestamp"),
                new Decide(JvmPolicy.Source.of(settings), settings.currency(), Clock.systemUTC()));
    }

    /** @param requests {@code value} and {@code timestamp}. @return {@code key} and {@code value} */
    static Dataset<Row> decide(Dataset<Row> requests, Decide decide) {
        return requests.as(Encoders.tuple(Encoders.BINARY(), Encoders.TIMESTAMP()))
                .flatMap(decide, Encoders.tuple(Encoders.BINARY(), Encoders.BINARY()))
                .toDF("key", "value");
    }

    /**
     * {@code acks=1}: a decision is worth something for less than a second. Waiting for replicas costs part of that,
     * and one lost with its leader was never seen by a consumer: its request goes unanswered by this router and is
     * answered by the other. Idempotence would want {@code acks=all}; a repeated decision has the same id and is
     * recognised as a duplicate.
     */
    private DataStreamWriter<Row> writeDecisions(Dataset<Row> decisions, Duration batch) {
        DataStreamWriter<Row> writer = decisions
                .writeStream()
                .format("kafka")
                .options(KafkaConnection.of(settings.kafka()).sparkOptions())
                .option("topic", Topic.AD_DECISIONS.topicName())
                .option("kafka.acks", "1")
                .option("kafka.enable.idempotence", "false")
                .option("kafka.linger.ms", "0")
                .option("checkpointLocation", checkpoint(settings.routing()))
                .outputMode("update");
        return realTime
                ? writer.trigger(RealTimeTrigger.of(batch))
                : writer.trigger(Trigger.ProcessingTime(
                                settings.routing().triggerInterval().toMillis()))
                        .option("asyncProgressTrackingEnabled", "true");
    }
}
