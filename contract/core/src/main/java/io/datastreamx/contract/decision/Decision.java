package io.datastreamx.contract.decision;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.policy.ArtifactRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /** @param event a valid {@code ad_decision} */
    @SuppressWarnings("unchecked")
    public static Decision of(Event event) {
        List<Map<String, Object>> ranked =
                (List<Map<String, Object>>) event.values().get("ranked");
        List<Map<String, Object>> excluded =
                (List<Map<String, Object>>) event.values().get("excluded");
        return new Decision(
                AdRequest.of(event),
                Instant.EPOCH.plus(event.eventTimeMicros(), java.time.temporal.ChronoUnit.MICROS),
                DecisionStatus.ofCode(event.text("status")),
                ranked.stream()
                        .map(c -> new Candidate((String) c.get("aggregator_id"), (Long) c.get("score_micros"), (Double)
                                c.get("propensity")))
                        .toList(),
                event.text("status").equals("routed") ? event.text("aggregator_id") : null,
                (Double) event.values().getOrDefault("propensity", 0.0),
                (Boolean) event.values().get("explore"),
                event.text("snapshot_id"),
                event.text("policy_version"),
                event.text("model_version"),
                excluded.stream()
                        .map(x -> new Exclusion(
                                (String) x.get("aggregator_id"),
                                ExclusionReason.valueOf(((String) x.get("reason")).toUpperCase(Locale.ROOT))))
                        .toList());
    }
}
