package io.datastreamx.speed.dispatch;

/**
 * What came of one bid request.
 *
 * @param outcome how it ended
 * @param nbr OpenRTB no-bid reason; null unless one is known
 * @param ad the ad; null unless filled
 * @param detail why it is an error, for the log; null otherwise
 */
record Answer(Outcome outcome, Integer nbr, Ad ad, String detail) {

    /**
     * AdCOM loss reason 100, "bid was below auction floor": written as {@code nbr} where we turned the bid down
     * ourselves.
     */
    static final int BELOW_FLOOR = 100;

    /**
     * The ad that fills the opportunity.
     *
     * @param adId OpenRTB Bid.adid
     * @param creativeId OpenRTB Bid.crid
     * @param mediaUrl where the box fetches it
     * @param priceMicros CPM price, micro-units
     */
    record Ad(String adId, String creativeId, String mediaUrl, long priceMicros) {}

    static Answer fill(Ad ad) {
        return new Answer(Outcome.FILL, null, ad, null);
    }

    static Answer noFill(Integer nbr) {
        return new Answer(Outcome.NO_FILL, nbr, null, null);
    }

    static Answer timeout() {
        return new Answer(Outcome.TIMEOUT, null, null, null);
    }

    static Answer error(String detail) {
        return new Answer(Outcome.ERROR, null, null, detail);
    }
}
