package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Coded;

/** Why an aggregator was not a candidate. */
public enum ExclusionReason implements Coded {
    /** The policy's kill switch is on: nothing is routed. */
    KILL_SWITCH,
    /** Disabled in the policy. */
    DISABLED,
    /** Sick, and the request is not in its probe share. */
    UNHEALTHY,
    /** Its cap for the day is used up. */
    CAP_REACHED,
    /** A fill is expected to earn less than it takes from dearer requests of the day, since its cap is used up then. */
    CAP_SAVED,
    /** Its price never reaches the request's floor. */
    BELOW_FLOOR,
    /** The time left is shorter than it needs. */
    TOO_SLOW,
    /** Its contract is in another currency than the request. */
    WRONG_CURRENCY
}
