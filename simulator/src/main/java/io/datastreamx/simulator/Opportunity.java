package io.datastreamx.simulator;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.simulator.world.TruthContext;

/**
 * An ad request as the fleet made it.
 *
 * @param request what was asked
 * @param box who asks
 */
record Opportunity(AdRequest request, Box box) {
    String requestId() {
        return request.requestId();
    }

    /** Epoch milliseconds. */
    long timeMs() {
        return request.time().toEpochMilli();
    }

    TruthContext context() {
        return TruthContext.of(request.context(), request.time(), box.id, box.viewed);
    }
}
