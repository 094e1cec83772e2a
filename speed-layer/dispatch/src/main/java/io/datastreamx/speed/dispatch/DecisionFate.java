package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;

/** What became of a record on the topic of decisions. */
enum DecisionFate implements Coded {
    /** Aggregators were asked, in its order. */
    DISPATCHED,
    /** Its request had been decided before; the first decision wins. */
    DUPLICATE,
    /** It came, or was reached, after its deadline. */
    LATE,
    /** It routes nothing. */
    NOT_ROUTED,
    /** It is no valid decision. */
    INVALID
}
