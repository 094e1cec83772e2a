package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;

/** What became of a record on the topic of decisions. */
enum DecisionFate implements Coded {
    /** Aggregators were asked, in its order. */
    DISPATCHED,
    /** As that, by another dispatcher first, or by this one before it was started again; the others were asked. */
    RESUMED,
    /** Its ad was on its way before it was read, by another dispatcher or before this one was started again. */
    ANSWERED,
    /** Its partition went to another dispatcher while aggregators were asked; that one goes on with it. */
    MOVED,
    /** Its request had been decided before; the first decision wins. */
    DUPLICATE,
    /** It came, or was reached, after its deadline. */
    LATE,
    /** It routes nothing. */
    NOT_ROUTED,
    /** It is no valid decision. */
    INVALID
}
