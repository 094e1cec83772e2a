package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;

/** Why an aggregator that stood next in the order was not asked; there is no response then. */
enum NotAsked implements Coded {
    /** The policy in force does not know the aggregator, or no longer enables it. */
    NOT_IN_POLICY,
    /** Its cap of the day is used up, as far as it is the partition's. */
    CAP,
    /** Its cap of the hour is used up, as far as it is the partition's. */
    PACING,
    /**
     * It has a cap, and what has been filled under it is not known: just after a start or after partitions were added,
     * or since the decision stands in another partition than its request id says.
     */
    CAP_NOT_COUNTED,
    /** Too little of the request's time was left: it could only have timed out, and would look sick for it. */
    NO_TIME_LEFT
}
