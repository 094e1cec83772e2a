package io.datastreamx.contract.event;

/** How one attempt to get an ad ended: the {@code outcome} of a {@code response}. */
public enum ResponseOutcome implements Coded {
    /** An ad came. */
    FILL,
    /** The aggregator has no ad for this request, or none at its floor. */
    NO_FILL,
    /** No answer came in time. */
    TIMEOUT,
    /** The aggregator could not be asked, or its answer could not be used. */
    ERROR
}
