package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;
import io.datastreamx.contract.event.ResponseOutcome;
import java.util.Optional;

/**
 * How one attempt to get an ad ended, with the reason. The hundreds say who it was up to: 100 we never asked, 200 there
 * was no answer in time, 300 the answer brings no ad, 400 the answer was refused.
 */
enum AttemptOutcome implements Coded {
    /** An ad that can be played. */
    FILLED(0, ResponseOutcome.FILL),

    /** The policy in force does not know the aggregator, or no longer enables it. */
    NOT_IN_POLICY(100, null),
    /** Too little of the request's time was left: it could only have timed out, and would look sick for it. */
    NO_TIME_LEFT(101, null),

    /** Nothing, or not all of it, came within the time that the aggregator had. */
    TIMED_OUT(200, ResponseOutcome.TIMEOUT),
    /** It came, but after the request's deadline. */
    TOO_LATE(201, ResponseOutcome.TIMEOUT),
    /** No connection, or one that broke. */
    CONNECTION_FAILED(202, ResponseOutcome.ERROR),

    /** The aggregator has no ad for this request. */
    NO_BID(300, ResponseOutcome.NO_FILL),
    /** Its best bid is below the request's floor. */
    BELOW_FLOOR(301, ResponseOutcome.NO_FILL),

    /** An HTTP status other than 200 and 204. */
    HTTP_STATUS(400, ResponseOutcome.ERROR),
    /** The body is not a JSON object. */
    NOT_JSON(401, ResponseOutcome.ERROR),
    /** It names another request. */
    OTHER_REQUEST(402, ResponseOutcome.ERROR),
    /** The bid is in a currency that is not counted. */
    OTHER_CURRENCY(403, ResponseOutcome.ERROR),
    /** The bid's price is absent, no number, or out of range. */
    NO_PRICE(404, ResponseOutcome.ERROR),
    /** The bid does not say which ad it is. */
    NO_AD_ID(405, ResponseOutcome.ERROR),
    /** The bid does not say where the ad is fetched. */
    NO_MEDIA_URL(406, ResponseOutcome.ERROR),
    /** It could not be read, for a reason that none of the others names. */
    UNREADABLE(499, ResponseOutcome.ERROR);

    private final int number;
    private final ResponseOutcome response;

    AttemptOutcome(int number, ResponseOutcome response) {
        this.number = number;
        this.response = response;
    }

    /** Stable, for those who count and alert. */
    int number() {
        return number;
    }

    /** What the {@code response} event says of it; empty where nobody was asked, and so nothing responded. */
    Optional<ResponseOutcome> response() {
        return Optional.ofNullable(response);
    }

    /** Whether it speaks against the aggregator's health; having no ad does not. */
    boolean failed() {
        return response == ResponseOutcome.TIMEOUT || response == ResponseOutcome.ERROR;
    }
}
