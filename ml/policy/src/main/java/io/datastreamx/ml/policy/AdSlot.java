package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import java.time.Instant;

/**
 * An ad slot as models see it at the moment when an aggregator is asked.
 *
 * @param context of the request
 * @param time {@code event_time} of the request (not of the decision: training must see what scoring saw). Only its
 *     hour of the day, UTC, counts
 * @param bidFloorMicros least CPM price accepted, micro-units; 0 without a floor
 * @param timeLeftMs how long the answer may take at most, milliseconds, besides the aggregator's own limit
 */
public record AdSlot(Context context, Instant time, long bidFloorMicros, long timeLeftMs) {
    /** Of a request's time so much is kept for the way of the ad to the box. */
    public static final long DELIVERY_RESERVE_MS = 20;

    /** Of a request, at a moment. */
    public static AdSlot of(AdRequest request, Instant now) {
        return new AdSlot(request.context(), request.time(), request.bidFloorMicros(), timeLeftMs(request, now));
    }

    /** How long an answer may take that is asked for now, milliseconds; negative where it is too late. */
    public static long timeLeftMs(AdRequest request, Instant now) {
        return request.deadline().toEpochMilli() - now.toEpochMilli() - DELIVERY_RESERVE_MS;
    }
}
