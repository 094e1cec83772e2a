package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Coded;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.policy.ArtifactRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The answer to one ad request, with everything needed to explain and to replay it.
 *
 * @param request what was asked
 * @param time when it was decided
 * @param status how it ended
 * @param ranked candidates, highest score first; also the order of fallbacks after the chosen one
 * @param chosen the aggregator to ask first; null unless routed
 * @param propensity probability with which it was chosen; 0 unless routed
 * @param explore whether the draw left the best candidate
 * @param snapshotId policy, health and caps in force
 * @param policyVersion version of the policy
 * @param modelVersion version of the model; null without one
 * @param excluded the aggregators that were not candidates
 */
public record Decision(
        AdRequest request,
        Instant time,
        DecisionStatus status,
        List<Candidate> ranked,
        String chosen,
        double propensity,
        boolean explore,
        String snapshotId,
        String policyVersion,
        String modelVersion,
        List<Exclusion> excluded) {
    public Decision {
        ranked = List.copyOf(ranked);
        excluded = List.copyOf(excluded);
        if ((status == DecisionStatus.ROUTED) != (chosen != null)) {
            throw new IllegalArgumentException(
                    "a decision names an aggregator if and only if it is routed: " + request.requestId());
        }
    }

    /**
     * The id of the decision event: the same whichever router decided, so that a second decision is seen as a
     * duplicate.
     */
    public String eventId() {
        return eventIdOf(request.requestId());
    }

    public static String eventIdOf(String requestId) {
        return "decision:"
                + ArtifactRef.sha256(requestId.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    /** The aggregators in the order in which they are to be asked. */
    public List<String> attempts() {
        List<String> order = new ArrayList<>();
        if (chosen != null) {
            order.add(chosen);
            ranked.stream()
                    .map(Candidate::aggregatorId)
                    .filter(id -> !id.equals(chosen))
                    .forEach(order::add);
        }
        return order;
    }

    /** As an {@code ad_decision}. */
    public EventDraft toEvent() {
        EventDraft event = EventDraft.of(EventType.AD_DECISION, eventId(), time, request.deviceId())
                .with("request_time", request.time())
                .with(AdRequest.ARRIVAL, request.arrival())
                .with("status", status)
                .with("ranked", ranked.stream().map(Candidate::fields).toList())
                .with("explore", explore)
                .with("snapshot_id", snapshotId)
                .with("policy_version", policyVersion)
                .with("model_version", modelVersion)
                .with("excluded", excluded.stream().map(Exclusion::fields).toList());
        if (chosen != null) {
            event.with("aggregator_id", chosen).with("propensity", propensity);
        }
        return request.addTo(event);
    }

    /** @param event a valid {@code ad_decision} */
    @SuppressWarnings("unchecked")
    public static Decision of(Event event) {
        List<Map<String, Object>> ranked = (List<Map<String, Object>>) event.value("ranked");
        List<Map<String, Object>> excluded = (List<Map<String, Object>>) event.value("excluded");
        DecisionStatus status = Coded.ofCode(DecisionStatus.class, event.text("status"));
        return new Decision(
                AdRequest.of(event),
                Instant.EPOCH.plus(event.eventTimeMicros(), ChronoUnit.MICROS),
                status,
                ranked.stream().map(Candidate::of).toList(),
                status == DecisionStatus.ROUTED ? event.text("aggregator_id") : null,
                event.value("propensity") instanceof Double propensity ? propensity : 0,
                (Boolean) event.value("explore"),
                event.text("snapshot_id"),
                event.text("policy_version"),
                event.text("model_version"),
                excluded.stream().map(Exclusion::of).toList());
    }
}
