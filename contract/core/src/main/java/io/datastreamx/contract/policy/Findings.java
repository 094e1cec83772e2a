package io.datastreamx.contract.policy;

import java.util.Map;

/**
 * What a night found out about the aggregators besides its model.
 *
 * @param measuredEcpmMicros earnings per thousand requests, micro-units; used where there is no model
 * @param evidence by how many attempts the model knows each aggregator, older ones counting less; what it has never
 *     seen is not named. Empty where nobody counted
 * @param capPlans how the caps of the day would best be spent; aggregators without a cap are not named
 */
public record Findings(
        Map<String, Long> measuredEcpmMicros, Map<String, Double> evidence, Map<String, CapPlan> capPlans) {
    public static final Findings NONE = new Findings(Map.of(), Map.of(), Map.of());

    public Findings {
        measuredEcpmMicros = ControlFields.named("measured_ecpm_micros", measuredEcpmMicros);
        evidence = ControlFields.named("evidence", evidence);
        capPlans = ControlFields.named("cap_plans", capPlans);
        evidence.forEach((aggregator, attempts) -> {
            if (!(attempts >= 0) || attempts.isInfinite()) {
                throw new IllegalArgumentException(
                        "evidence of " + aggregator + " is a number of attempts, not " + attempts);
            }
        });
    }
}
