package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;

/** AdCOM's list of loss reason codes, as {@code ${AUCTION_LOSS}} has them. */
final class LossReason {
    static final int WON = 0;
    static final int OPPORTUNITY_EXPIRED = 2;
    static final int LOST_TO_HIGHER_BID = 102;
    private static final int INVALID_BID_RESPONSE = 3;
    private static final int INVALID_AUCTION_ID = 5;
    private static final int MISSING_MARKUP = 7;
    private static final int MISSING_CREATIVE_ID = 8;
    private static final int MISSING_BID_PRICE = 9;
    private static final int CREATIVE_FILTERED = 200;
    private static final int INCORRECT_CREATIVE_FORMAT = 204;
    private static final int AD_TYPE_EXCLUSIONS = 211;

    private LossReason() {}

    /** Why a bid was not taken that was refused for this reason. */
    static int of(ResponseReason reason) {
        return switch (reason) {
            case RESPONSE_REJECTED_BELOW_FLOOR -> Answer.BELOW_FLOOR;
            case RESPONSE_REJECTED_OTHER_REQUEST -> INVALID_AUCTION_ID;
            case RESPONSE_REJECTED_NO_MARKUP, RESPONSE_REJECTED_VAST_WITHOUT_AD -> MISSING_MARKUP;
            case RESPONSE_REJECTED_NO_AD_ID -> MISSING_CREATIVE_ID;
            case RESPONSE_REJECTED_INVALID_PRICE -> MISSING_BID_PRICE;
            case RESPONSE_REJECTED_TOO_LONG -> CREATIVE_FILTERED;
            case RESPONSE_REJECTED_NOT_VIDEO, RESPONSE_REJECTED_NOT_LINEAR -> AD_TYPE_EXCLUSIONS;
            case RESPONSE_REJECTED_INVALID_CREATIVE,
                    RESPONSE_REJECTED_INVALID_VAST,
                    RESPONSE_REJECTED_VAST_VERSION,
                    RESPONSE_REJECTED_VAST_WRAPPER,
                    RESPONSE_REJECTED_NO_MEDIA_FILE -> INCORRECT_CREATIVE_FORMAT;
            case ERROR_TIMED_OUT, ERROR_TIMED_OUT_CUT_SHORT, ERROR_TIMED_OUT_TOO_LATE -> OPPORTUNITY_EXPIRED;
            default -> INVALID_BID_RESPONSE;
        };
    }
}
