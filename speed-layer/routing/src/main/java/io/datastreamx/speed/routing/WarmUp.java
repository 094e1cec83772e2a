package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import io.datastreamx.ml.policy.MadeUpTraffic;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Made-up requests that go the way of real ones, up to the decision's bytes, before a router says that it is ready:
 * code that was never run takes a hundred times as long, and the first boxes would wait for that. A Spark job, so that
 * each executor is reached.
 */
final class WarmUp {
    /** So that what plans and runs a batch is compiled as well as what decides. */
    private static final int JOBS = 20;
    /** On a machine that has no time for it, whoever waits for the router waits no longer. */
    private static final long AT_MOST_NS = 15_000_000_000L;

    private WarmUp() {}

    static void run(SparkSession spark, Settings settings) {
        int slots = spark.sparkContext().defaultParallelism();
        String currency = settings.currency();
        long began = System.nanoTime();
        for (int job = 0; job < JOBS && System.nanoTime() - began < AT_MOST_NS; job++) {
            Dataset<Row> requests = spark.range(0, settings.routing().warmUpRequests() / JOBS, 1, slots)
                    .map(new Requests(currency), Encoders.tuple(Encoders.BINARY(), Encoders.TIMESTAMP()))
                    .toDF("value", "timestamp");
            Router.decide(requests, new Decide(new MadeUp(currency), currency, Clock.systemUTC()))
                    .write()
                    .format("noop")
                    .mode("overwrite")
                    .save();
        }
    }

    private static final class Requests implements MapFunction<Long, Tuple2<byte[], Timestamp>> {
        private static final long serialVersionUID = 1L;

        private final String currency;
        private transient MadeUpTraffic traffic;

        Requests(String currency) {
            this.currency = currency;
        }

        @Override
        public Tuple2<byte[], Timestamp> call(Long number) {
            if (traffic == null) {
                traffic = new MadeUpTraffic(currency);
            }
            Instant now = Instant.now();
            return new Tuple2<>(traffic.request("made-up-" + number, now), Timestamp.from(now));
        }
    }

    private static final class MadeUp implements Decide.Policy {
        private static final long serialVersionUID = 1L;

        private static volatile PolicySnapshot snapshot;

        private final String currency;

        MadeUp(String currency) {
            this.currency = currency;
        }

        @Override
        public PolicySnapshot current() {
            if (snapshot == null) {
                snapshot = new MadeUpTraffic(currency).snapshot();
            }
            return snapshot;
        }
    }
}
