package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of one bid request.
 *
 * @param reason how it ended, and why
 * @param nbr OpenRTB no-bid reason; null unless one is known
 * @param ad the ad; null unless filled
 * @param detail what was found, for the log; null where the reason says it all
 * @param notices what its bids ask to be told
 */
record Answer(ResponseReason reason, Integer nbr, Ad ad, String detail, Notices notices) {

    /**
     * AdCOM loss reason 100, "bid was below auction floor": written as {@code nbr} where we turned the bid down
     * ourselves.
     */
    static final int BELOW_FLOOR = 100;

    Answer {
        if ((reason == ResponseReason.FILLED) != (ad != null)) {
            throw new IllegalArgumentException(
                    "no answer is " + reason + (ad == null ? " without" : " with") + " an ad");
        }
    }

    /**
     * The ad that fills the opportunity.
     *
     * @param adId OpenRTB Bid.adid
     * @param creativeId OpenRTB Bid.crid
     * @param creative what the box plays
     * @param priceMicros CPM price, micro-units
     */
    record Ad(String adId, String creativeId, Creative creative, long priceMicros) {
        Ad with(Creative other) {
            return new Ad(adId, creativeId, other, priceMicros);
        }
    }

    static Answer filled(Ad ad) {
        return new Answer(ResponseReason.FILLED, null, ad, null, Notices.NONE);
    }

    /** @param nbr null where the aggregator gave no reason */
    static Answer noBid(Integer nbr) {
        return new Answer(ResponseReason.NO_BID, nbr, null, null, Notices.NONE);
    }

    static Answer belowFloor() {
        return new Answer(ResponseReason.RESPONSE_REJECTED_BELOW_FLOOR, BELOW_FLOOR, null, null, Notices.NONE);
    }

    /** @param detail what was found; may be null */
    static Answer without(ResponseReason reason, String detail) {
        return new Answer(reason, null, null, detail, Notices.NONE);
    }

    /** Whether the ad itself is still to be fetched. */
    boolean isWrapped() {
        return ad != null && ad.creative().isWrapped();
    }

    /** The same ad with what a wrapper of it wraps. */
    Answer around(Creative wrapped) {
        return new Answer(reason, nbr, ad.with(ad.creative().around(wrapped)), detail, notices);
    }

    /** A bid that was to win, and cannot be played after all. */
    Answer refused(ResponseReason why, String found) {
        List<String> losses = new ArrayList<>(notices.losses());
        if (notices.lossAfterAll() != null) {
            losses.add(notices.lossAfterAll());
        }
        return new Answer(why, null, null, found, new Notices(null, null, losses));
    }

    Answer with(Notices told) {
        return new Answer(reason, nbr, ad, detail, told);
    }
}
