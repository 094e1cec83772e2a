package io.datastreamx.speed.routing;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.InvalidEventException;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RoutingPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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

    private final JvmPolicy.Source source;
    private final String currency;
    private final Clock clock;
    private transient EventValidator validator;
    private transient EventWriter writer;
    private transient PolicyFollower follower;

    /** @param clock of the executor; serializable, as those of {@link Clock} are */
    Decide(JvmPolicy.Source source, String currency, Clock clock) {
        this.source = source;
        this.currency = currency;
        this.clock = clock;
    }

    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(byte[] value) {
        if (validator == null) {
            validator = new EventValidator(currency);
            writer = new EventWriter(currency);
            follower = JvmPolicy.follower(source);
        }
        if (!(validator.validate(Topic.AD_REQUESTS, value) instanceof Validated.Accepted accepted)) {
            return Collections.emptyIterator();
        }
        AdRequest request = AdRequest.of(accepted.event());
        byte[] key = request.requestId().getBytes(StandardCharsets.UTF_8);
        return answer(request, follower.current(), clock.instant(), writer)
                .map(decision -> new Tuple2<>(key, decision))
                .stream()
                .iterator();
    }

    /**
     * A fault in deciding one request must not stop the stream: on restart the same request would stop it again.
     *
     * @return the decision as its event; empty where even {@code no_candidate} cannot be written
     */
    static Optional<byte[]> answer(AdRequest request, PolicySnapshot snapshot, Instant now, EventWriter writer) {
        try {
            return Optional.of(
                    writer.write(POLICY.decide(request, now, snapshot).toEvent()));
        } catch (RuntimeException e) {
            LOG.error(
                    "request {} is answered with no_candidate: deciding it under {} failed",
                    request.requestId(),
                    snapshot.snapshotId(),
                    e);
        }
        try {
            return Optional.of(writer.write(noCandidate(request, snapshot, now).toEvent()));
        } catch (InvalidEventException e) {
            LOG.error("request {} is not answered: {}", request.requestId(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Decision noCandidate(AdRequest request, PolicySnapshot snapshot, Instant now) {
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
