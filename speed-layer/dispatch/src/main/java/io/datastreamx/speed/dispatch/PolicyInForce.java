package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyDocument;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A policy that has been checked: every aggregator can be reached by its endpoint. */
final class PolicyInForce {

    private final PolicyDocument document;
    private final Map<String, Endpoint> enabled = new HashMap<>();

    /**
     * An aggregator that may be asked.
     *
     * @param uri its bid URL
     * @param timeoutMs longest wait for one answer
     */
    record Endpoint(URI uri, int timeoutMs) {}

    /** @throws IllegalArgumentException if an endpoint is not an HTTP URL */
    PolicyInForce(PolicyDocument document) {
        this.document = document;
        for (AggregatorTerms terms : document.aggregators()) {
            URI uri = URI.create(terms.endpoint());
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null) {
                throw new IllegalArgumentException("endpoint of aggregator " + terms.aggregatorId()
                        + " is not an http or https URL: " + terms.endpoint());
            }
            if (terms.enabled()) {
                enabled.put(terms.aggregatorId(), new Endpoint(uri, terms.timeoutMs()));
            }
        }
    }

    PolicyDocument document() {
        return document;
    }

    /** Empty where the policy does not know the aggregator or has disabled it. */
    Optional<Endpoint> endpoint(String aggregatorId) {
        return Optional.ofNullable(enabled.get(aggregatorId));
    }
}
