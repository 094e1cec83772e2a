package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;

/** Why an aggregator that stood next in the order was not asked; there is no response then. */
enum NotAsked implements Coded {
    /** The policy in force does not know the aggregator, or no longer enables it. */
    NOT_IN_POLICY,
    /** Too little of the request's time was left: it could only have timed out, and would look sick for it. */
    NO_TIME_LEFT
}
