package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.InvalidEventException;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a request → the bytes of its decision: validate, decide, write. A record that is not a valid request
 * gives nothing: ingest reads it too and quarantines it with a reason. Not thread-safe.
 */
public final class RequestDecider {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDecider.class);
    private static final RoutingPolicy POLICY = new InverseGapWeighting();

    private final EventValidator validator;
    private final EventWriter writer;

    /**
     * A decision as a record.
     *
     * @param key the request's id
     * @param value the decision as its event
     */
    public record Written(byte[] key, byte[] value) {}

    /** @param currency in which money is counted */
    public RequestDecider(String currency) {
        this.validator = new EventValidator(currency);
        this.writer = new EventWriter(currency);
    }

    /**
     * @param value of a record of {@code ad-requests}
     * @param arrival append time of the record, from which the time to answer runs
     * @param now when it is decided
     * @return empty where it is no request, or where not even {@code no_candidate} can be written
     */
    public Optional<Written> decide(byte[] value, Instant arrival, Instant now, PolicySnapshot snapshot) {
        if (!(validator.validate(Topic.AD_REQUESTS, value) instanceof Validated.Accepted accepted)) {
            return Optional.empty();
        }
        AdRequest request = AdRequest.of(accepted.event()).arrived(arrival);
        byte[] key = request.requestId().getBytes(StandardCharsets.UTF_8);
        return answer(request, now, snapshot).map(decision -> new Written(key, decision));
    }

    /** A fault in deciding one request must not stop the stream: on restart the same request would stop it again. */
    private Optional<byte[]> answer(AdRequest request, Instant now, PolicySnapshot snapshot) {
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
            return Optional.of(writer.write(noCandidate(request, now, snapshot).toEvent()));
        } catch (InvalidEventException e) {
            LOG.error("request {} is not answered: {}", request.requestId(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Decision noCandidate(AdRequest request, Instant now, PolicySnapshot snapshot) {
        return Decision.unrouted(
                request,
                now.truncatedTo(ChronoUnit.MILLIS),
                DecisionStatus.NO_CANDIDATE,
                snapshot.snapshotId(),
                snapshot.policy().policyVersion(),
                snapshot.modelVersion(),
                List.of());
    }
}
