package io.datastreamx.contract.policy;

import java.time.Instant;

/**
 * A model that decides for a share of the boxes before it decides for all.
 *
 * @param model what decides for them
 * @param share of the boxes, in (0, 1)
 * @param since when it began
 */
public record Canary(ArtifactRef model, double share, Instant since) {
    public Canary {
        if (model == null || since == null) {
            throw new IllegalArgumentException("a canary needs model and since");
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("canary.share lies in (0, 1), got " + share);
        }
    }
}
