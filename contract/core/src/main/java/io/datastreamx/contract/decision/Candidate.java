package io.datastreamx.contract.decision;

/**
 * An aggregator that could take the request.
 *
 * @param aggregatorId the aggregator
 * @param scoreMicros expected earnings, micro-units per thousand such requests
 * @param propensity probability of being chosen first; those of one decision add up to 1
 */
public record Candidate(String aggregatorId, long scoreMicros, double propensity) {}
