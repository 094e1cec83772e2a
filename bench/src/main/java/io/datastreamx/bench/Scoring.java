package io.datastreamx.bench;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.MadeUpTraffic;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import io.datastreamx.ml.policy.RoutingPolicy;
import java.time.Instant;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one decision among twelve aggregators with a model costs. */
@State(Scope.Thread)
public class Scoring {
    private static final int REQUESTS = 4_096;

    private final RoutingPolicy policy = new InverseGapWeighting();
    private final RequestDecider decider = new RequestDecider(DecidingRun.CURRENCY);
    private final AdRequest[] requests = new AdRequest[REQUESTS];
    private final byte[][] bytes = new byte[REQUESTS][];
    private final Instant now = Instant.now();
    private PolicySnapshot snapshot;
    private int next;

    @Setup
    public void makeRequests() {
        MadeUpTraffic traffic = new MadeUpTraffic(DecidingRun.CURRENCY);
        EventValidator validator = new EventValidator(DecidingRun.CURRENCY);
        snapshot = traffic.snapshot();
        for (int i = 0; i < REQUESTS; i++) {
            bytes[i] = traffic.request("q" + i, now);
            requests[i] = AdRequest.of(((Validated.Accepted) validator.validate(Topic.AD_REQUESTS, bytes[i])).event());
        }
    }

    /** Guardrails, scores, propensities, draw. */
    @Benchmark
    public Decision decide() {
        return policy.decide(requests[next++ % REQUESTS], now, snapshot);
    }

    /** The same from the bytes of the request to those of the decision. */
    @Benchmark
    public Optional<RequestDecider.Written> fromBytesToBytes() {
        return decider.decide(bytes[next++ % REQUESTS], now, now, snapshot);
    }
}
