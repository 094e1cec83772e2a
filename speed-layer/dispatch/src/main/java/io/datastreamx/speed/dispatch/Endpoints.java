package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where the aggregators are reached that a policy allows to ask. */
final class Endpoints {
    static final Endpoints NONE = new Endpoints(Map.of());

    private final Map<String, Endpoint> enabled;

    /**
     * An aggregator that may be asked.
     *
     * @param uri its bid URL
     * @param timeoutMs longest wait for one answer
     * @param maxPriceMicros highest CPM price it pays by its contract, micro-units
     * @param mayBePrivate whether it may lie in a network of our own
     * @param caps most that it fills
     * @param expects what the model in force expects of it, uncorrected; null without a model
     */
    record Endpoint(
            URI uri,
            int timeoutMs,
            long maxPriceMicros,
            boolean mayBePrivate,
            CapLedger.Limits caps,
            Function<AdSlot, Expectation> expects) {
        /** Of asking it at a moment; null without a model. */
        Expectation expected(AdRequest request, Instant now) {
            return expects == null ? null : expects.apply(AdSlot.of(request, now));
        }
    }

    private Endpoints(Map<String, Endpoint> enabled) {
        this.enabled = enabled;
    }

    static Endpoints of(PolicySnapshot snapshot) {
        PolicyDocument policy = snapshot.policy();
        return new Endpoints(policy.aggregators().stream()
                .filter(AggregatorTerms::enabled)
                .filter(terms -> policy.refusal(terms).isEmpty())
                .collect(Collectors.toMap(
                        AggregatorTerms::aggregatorId,
                        terms -> new Endpoint(
                                URI.create(terms.endpoint()),
                                terms.timeoutMs(),
                                terms.maxPriceMicros(),
                                policy.mayBePrivate(terms),
                                limits(terms),
                                snapshot.model()
                                        .map(model ->
                                                (Function<AdSlot, Expectation>) slot -> model.estimate(slot, terms))
                                        .orElse(null)))));
    }

    static CapLedger.Limits limits(AggregatorTerms terms) {
        return new CapLedger.Limits(terms.dailyCap(), terms.hourlyCap());
    }

    /** Empty where the policy does not know the aggregator, has disabled it, or does not allow its host. */
    Optional<Endpoint> of(String aggregatorId) {
        return Optional.ofNullable(enabled.get(aggregatorId));
    }
}
