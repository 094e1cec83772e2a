package io.datastreamx.ml.log;

import io.datastreamx.contract.event.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One routed decision with all that followed: the row of the decision log, which is all that learning and judging read.
 * Whether what it says is plausible (odds that add up, times that can be) is judged by whoever reads it.
 *
 * @param requestId the ad opportunity
 * @param context what was known about it
 * @param requestTime {@code event_time} of the request, by the box's clock; what features are made from
 * @param arrivalTime when Kafka took the request; its time to answer runs from here
 * @param decidedAt when it was decided
 * @param loggedAt append time of the decision: labels mature by this and {@code completedArrival}, not by a box's clock
 * @param tmaxMs the request's time to answer, milliseconds
 * @param bidFloorMicros least CPM price accepted, micro-units; 0 without a floor
 * @param ranked the eligible aggregators, best first, with their probability of being asked first
 * @param order the order in which dispatch was told to ask, with the odds of each position given those before it
 * @param policyVersion the policy that decided
 * @param modelVersion the model that scored; null without one
 * @param attempts who was asked, in that order, and how each answered; empty where no answer is in the log
 * @param completedAt when the ad that filled was watched to its end, by the box's clock; null where it was not
 * @param completedArrival append time of that event; null where there is none
 */
public record DecisionRow(
        String requestId,
        Context context,
        Instant requestTime,
        Instant arrivalTime,
        Instant decidedAt,
        Instant loggedAt,
        long tmaxMs,
        long bidFloorMicros,
        List<Odds> ranked,
        List<Odds> order,
        String policyVersion,
        String modelVersion,
        List<AttemptRow> attempts,
        Instant completedAt,
        Instant completedArrival) {
    public DecisionRow {
        Objects.requireNonNull(requestId, "request_id");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(requestTime, "request_time");
        Objects.requireNonNull(arrivalTime, "arrival_time");
        Objects.requireNonNull(decidedAt, "decided_at");
        Objects.requireNonNull(loggedAt, "logged_at");
        Objects.requireNonNull(policyVersion, "policy_version");
        ranked = List.copyOf(ranked);
        order = List.copyOf(order);
        attempts = List.copyOf(attempts);
    }

    /** What was left of the time to answer when it was decided, milliseconds; negative where it was past. */
    public long timeLeftMs() {
        return Duration.between(decidedAt, arrivalTime.plusMillis(tmaxMs)).toMillis();
    }
}
