package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import java.time.Instant;

/** What an aggregator is expected to earn with a request. Pure and thread-safe. */
public interface Scorer {
    /**
     * @param context of the request
     * @param time {@code event_time} of the request
     * @param aggregator who would be asked
     * @return expected earnings, micro-units per thousand such requests, never negative
     */
    long scoreMicros(Context context, Instant time, AggregatorTerms aggregator);
}
