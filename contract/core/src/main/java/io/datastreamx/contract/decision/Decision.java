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
 * @param ranked candidates, highest score first: the eligible set
 * @param order in which they are asked until one fills; each at most once. Empty unless routed, and in decisions from
 *     before there was an order, which have the chosen one asked first and then the ranked ones
 * @param chosen the aggregator to ask first; null unless routed
 * @param propensity probability with which it was chosen; 0 unless routed
 * @param explore whether a draw left the best candidate, at the first or a later position
 * @param chainValueMicros what asking in that order is expected to earn, micro-units per thousand such requests; null
 *     where no model speaks
 * @param snapshotId policy, health, caps and corrections in force
 * @param policyVersion version of the policy
 * @param modelVersion version of the model; null without one
 * @param featuresVersion of the features by which the model scored; null without one
 * @param excluded the aggregators that were not candidates
 */
public record Decision(
        AdRequest request,
        Instant time,
        DecisionStatus status,
        List<Candidate> ranked,
        List<Position> order,
        String chosen,
        double propensity,
        boolean explore,
        Long chainValueMicros,
        String snapshotId,
        String policyVersion,
        String modelVersion,
        Long featuresVersion,
        List<Exclusion> excluded) {
    public Decision {
        ranked = List.copyOf(ranked);
        order = List.copyOf(order);
        excluded = List.copyOf(excluded);
        if ((status == DecisionStatus.ROUTED) != (chosen != null)) {
            throw new IllegalArgumentException(
                    "a decision names an aggregator if and only if it is routed: " + request.requestId());
        }
        if (!order.isEmpty() && !order.get(0).aggregatorId().equals(chosen)) {
            throw new IllegalArgumentException("a decision asks the chosen aggregator first: " + request.requestId());
        }
        if (order.stream().map(Position::aggregatorId).distinct().count() < order.size()) {
            throw new IllegalArgumentException("a decision asks nobody twice: " + request.requestId());
        }
    }

    /** One that routes nothing. */
    public static Decision unrouted(
            AdRequest request,
            Instant time,
            DecisionStatus status,
            String snapshotId,
            String policyVersion,
            String modelVersion,
            List<Exclusion> excluded) {
        return new Decision(
                request,
                time,
                status,
                List.of(),
                List.of(),
                null,
                0,
                false,
                null,
                snapshotId,
                policyVersion,
                modelVersion,
                null,
                excluded);
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
        if (!order.isEmpty()) {
            return order.stream().map(Position::aggregatorId).toList();
        }
        List<String> attempts = new ArrayList<>();
        if (chosen != null) {
            attempts.add(chosen);
            ranked.stream()
                    .map(Candidate::aggregatorId)
                    .filter(id -> !id.equals(chosen))
                    .forEach(attempts::add);
        }
        return attempts;
    }

    /** As an {@code ad_decision}. */
    public EventDraft toEvent() {
        EventDraft event = EventDraft.of(EventType.AD_DECISION, eventId(), time, request.deviceId())
                .with("request_time", request.time())
                .with(AdRequest.ARRIVAL, request.arrival())
                .with("status", status)
                .with("ranked", ranked.stream().map(Candidate::fields).toList())
                .with("explore", explore)
                .with("chain_value_micros", chainValueMicros)
                .with("snapshot_id", snapshotId)
                .with("policy_version", policyVersion)
                .with("model_version", modelVersion)
                .with("features_version", featuresVersion)
                .with("excluded", excluded.stream().map(Exclusion::fields).toList());
        if (chosen != null) {
            event.with("aggregator_id", chosen).with("propensity", propensity);
        }
        if (!order.isEmpty()) {
            event.with("order", order.stream().map(Position::fields).toList());
        }
        return request.addTo(event);
    }

    /** @param event a valid {@code ad_decision} */
    @SuppressWarnings("unchecked")
    public static Decision of(Event event) {
        List<Map<String, Object>> ranked = (List<Map<String, Object>>) event.value("ranked");
        List<Map<String, Object>> order = (List<Map<String, Object>>) event.value("order");
        List<Map<String, Object>> excluded = (List<Map<String, Object>>) event.value("excluded");
        DecisionStatus status = Coded.ofCode(DecisionStatus.class, event.text("status"));
        return new Decision(
                AdRequest.of(event),
                Instant.EPOCH.plus(event.eventTimeMicros(), ChronoUnit.MICROS),
                status,
                ranked.stream().map(Candidate::of).toList(),
                status == DecisionStatus.ROUTED && order != null
                        ? order.stream().map(Position::of).toList()
                        : List.of(),
                status == DecisionStatus.ROUTED ? event.text("aggregator_id") : null,
                event.value("propensity") instanceof Double propensity ? propensity : 0,
                (Boolean) event.value("explore"),
                (Long) event.value("chain_value_micros"),
                event.text("snapshot_id"),
                event.text("policy_version"),
                event.text("model_version"),
                (Long) event.value("features_version"),
                excluded.stream().map(Exclusion::of).toList());
    }
}
