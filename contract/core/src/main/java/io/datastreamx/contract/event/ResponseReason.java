package io.datastreamx.contract.event;

/**
 * Why one attempt to get an ad ended as it did: the {@code reason} of a {@code response}. Names are those of Prebid's
 * bid rejection reasons where one fits, others begin in their way: {@code error_} where there is no usable answer,
 * {@code response_rejected_} where the best bid of an answer was refused. The field itself is text, so that records of
 * a later edition with a reason more are still read.
 */
public enum ResponseReason implements Coded {
    /** An ad that can be played. */
    FILLED(ResponseOutcome.FILL, false),

    /** The aggregator has no ad for this request, however it says so. */
    NO_BID(ResponseOutcome.NO_FILL, false),
    /** Its best bid is below the request's floor. */
    RESPONSE_REJECTED_BELOW_FLOOR(ResponseOutcome.NO_FILL, false),
    /** It bid with a VAST document that holds no ad, which is how VAST says that there is none. */
    RESPONSE_REJECTED_VAST_WITHOUT_AD(ResponseOutcome.NO_FILL, false),

    /** Nothing, or not all of it, came within the time that the aggregator has by its terms. */
    ERROR_TIMED_OUT(ResponseOutcome.TIMEOUT, true),
    /**
     * Nothing, or not all of it, came within what was left of the request's time, which was less than its terms give.
     */
    ERROR_TIMED_OUT_CUT_SHORT(ResponseOutcome.TIMEOUT, false),
    /** It came within the aggregator's time, but after the request's deadline. */
    ERROR_TIMED_OUT_TOO_LATE(ResponseOutcome.TIMEOUT, false),

    /** No connection, or one that broke. */
    ERROR_BIDDER_UNREACHABLE(ResponseOutcome.ERROR, true),
    /** An HTTP status other than 200 and 204; redirects are not followed. */
    ERROR_HTTP_STATUS(ResponseOutcome.ERROR, true),
    /** The body is larger than is read, as it came or unpacked. */
    ERROR_BODY_TOO_LARGE(ResponseOutcome.ERROR, true),
    /** The body is large, and bodies of other answers took the memory that all share. */
    ERROR_BODY_NO_ROOM(ResponseOutcome.ERROR, false),
    /** The body is packed in a way that was not asked for, or its packing is broken. */
    ERROR_CONTENT_ENCODING(ResponseOutcome.ERROR, true),
    /** The body is not one JSON object. */
    ERROR_INVALID_BID_RESPONSE(ResponseOutcome.ERROR, true),
    /** It could not be read, for a reason that none of the others names. */
    ERROR_GENERAL(ResponseOutcome.ERROR, true),

    /** It names another request. */
    RESPONSE_REJECTED_OTHER_REQUEST(ResponseOutcome.ERROR, true),
    /** It is in a currency that is not counted. */
    RESPONSE_REJECTED_CURRENCY(ResponseOutcome.ERROR, true),
    /** The bid is for an impression that was not offered. */
    RESPONSE_REJECTED_UNKNOWN_IMPRESSION(ResponseOutcome.ERROR, true),
    /** The bid's price is absent, no number, or negative. */
    RESPONSE_REJECTED_INVALID_PRICE(ResponseOutcome.ERROR, true),
    /** The bid's price is above what the aggregator's contract allows: a mistake that must not count. */
    RESPONSE_REJECTED_PRICE_TOO_HIGH(ResponseOutcome.ERROR, true),
    /** The bid does not say which ad it is. */
    RESPONSE_REJECTED_NO_AD_ID(ResponseOutcome.ERROR, true),
    /** The bid has no markup. */
    RESPONSE_REJECTED_NO_MARKUP(ResponseOutcome.ERROR, true),
    /** The markup is neither VAST nor an http(s) URL that a box could fetch. */
    RESPONSE_REJECTED_INVALID_CREATIVE(ResponseOutcome.ERROR, true),
    /** The markup is no well-formed XML, has a DTD, or is not VAST. */
    RESPONSE_REJECTED_INVALID_VAST(ResponseOutcome.ERROR, true),
    /** VAST of a version that is not read: 1, or one later than 4. */
    RESPONSE_REJECTED_VAST_VERSION(ResponseOutcome.ERROR, true),
    /** A VAST wrapper that leads to no document, or to wrappers again and again. */
    RESPONSE_REJECTED_VAST_WRAPPER(ResponseOutcome.ERROR, true),
    /** VAST for audio, where a video was asked for. */
    RESPONSE_REJECTED_NOT_VIDEO(ResponseOutcome.ERROR, true),
    /** VAST with overlays or companions only, where an ad with a duration of its own was asked for. */
    RESPONSE_REJECTED_NOT_LINEAR(ResponseOutcome.ERROR, true),
    /** The ad is longer than the slot. */
    RESPONSE_REJECTED_TOO_LONG(ResponseOutcome.ERROR, true),
    /** None of the ad's media files is of a type, size and bit rate that boxes play. */
    RESPONSE_REJECTED_NO_MEDIA_FILE(ResponseOutcome.ERROR, true);

    private final ResponseOutcome outcome;
    private final boolean unhealthy;

    ResponseReason(ResponseOutcome outcome, boolean unhealthy) {
        this.outcome = outcome;
        this.unhealthy = unhealthy;
    }

    /** The {@code outcome} of a response with this reason. */
    public ResponseOutcome outcome() {
        return outcome;
    }

    /**
     * Whether it speaks against the aggregator's health. Having no ad, in any way that the standards allow, does not;
     * nor does what was up to us.
     */
    public boolean isUnhealthy() {
        return unhealthy;
    }
}
