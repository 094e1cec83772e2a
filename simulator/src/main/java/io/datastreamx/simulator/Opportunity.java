package io.datastreamx.simulator;

import java.time.Instant;

/**
 * An ad request as the fleet made it.
 *
 * @param requestId its id
 * @param box who asks
 * @param channelId the context when it was asked, as in the next three
 * @param timeMs when, epoch milliseconds
 * @param tmaxMs time to answer
 * @param bidFloorMicros least CPM price accepted
 */
record Opportunity(
        String requestId,
        Box box,
        String channelId,
        String previousChannelId,
        String lastAdId,
        long timeMs,
        int tmaxMs,
        long bidFloorMicros) {
    TruthContext context() {
        return new TruthContext(
                channelId, previousChannelId, lastAdId, box.region, box.deviceModel, Instant.ofEpochMilli(timeMs));
    }
}
