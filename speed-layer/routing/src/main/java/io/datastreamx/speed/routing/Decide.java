package io.datastreamx.speed.routing;

import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/** Bytes and append time of a request → request id and bytes of its decision, by {@link RequestDecider}. */
final class Decide implements FlatMapFunction<Tuple2<byte[], Timestamp>, Tuple2<byte[], byte[]>> {
    private static final long serialVersionUID = 1L;

    /** Where the policy in force comes from; goes with the tasks. */
    @FunctionalInterface
    interface Policy extends Serializable {
        PolicySnapshot current();
    }

    private final Policy policy;
    private final String currency;
    private final Clock clock;
    private transient RequestDecider decider;

    /** @param clock of the executor; serializable, as those of {@link Clock} are */
    Decide(Policy policy, String currency, Clock clock) {
        this.policy = policy;
        this.currency = currency;
        this.clock = clock;
    }

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(Tuple2<byte[], Timestamp> request) {
        if (decider == null) {
            decider = new RequestDecider(currency);
        }
        return decider
                .decide(request._1(), request._2().toInstant(), clock.instant(), policy.current())
                .map(decision -> new Tuple2<>(decision.key(), decision.value()))
                .stream()
                .iterator();
    }
}
