package io.datastreamx.speed.routing;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.DecisionJson;
import io.datastreamx.contract.decision.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RoutingPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Bytes of a request → request id and bytes of its decision. A record that is not a valid request gives nothing: ingest
 * reads it too and quarantines it with a reason.
 */
final class Decide implements FlatMapFunction<byte[], Tuple2<byte[], byte[]>> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(Decide.class);
    private static final RoutingPolicy POLICY = new InverseGapWeighting();

    private final PolicyFollower.Source source;
    private final String currency;
    private transient EventValidator validator;
    private transient PolicyFollower follower;

    Decide(PolicyFollower.Source source, String currency) {
        this.source = source;
        this.currency = currency;
    }

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(byte[] value) {
        if (validator == null) {
            validator = new EventValidator(currency);
            follower = PolicyFollower.of(source);
        }
        if (!(validator.validate(Topic.AD_REQUESTS, value) instanceof Validated.Accepted accepted)) {
            return Collections.emptyIterator();
        }
        AdRequest request = AdRequest.of(accepted.event());
        PolicySnapshot snapshot = follower.current();
        Decision decision = decide(request, snapshot, Instant.now());
        byte[] key = request.requestId().getBytes(StandardCharsets.UTF_8);
        return List.of(new Tuple2<>(key, DecisionJson.write(decision))).iterator();
    }

    /** A fault in deciding one request must not stop the stream: on restart the same request would stop it again. */
    private static Decision decide(AdRequest request, PolicySnapshot snapshot, Instant now) {
        try {
            return POLICY.decide(request, now, snapshot);
        } catch (RuntimeException e) {
            LOG.error(
                    "request {} is answered with no_candidate: deciding it under {} failed",
                    request.requestId(),
                    snapshot.snapshotId(),
                    e);
            return new Decision(
                    request,
                    now.truncatedTo(ChronoUnit.MILLIS),
                    DecisionStatus.NO_CANDIDATE,
                    List.of(),
                    null,
                    0,
                    false,
                    snapshot.snapshotId(),
                    snapshot.policy().policyVersion(),
                    snapshot.modelVersion(),
                    List.of());
        }
    }
}
