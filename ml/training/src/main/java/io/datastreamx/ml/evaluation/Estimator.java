package io.datastreamx.ml.evaluation;

/**
 * Ways to tell from one policy's log what another would have earned. Each is a mean of terms, or a ratio of two means;
 * for chains of attempts they are the cascade versions.
 */
public enum Estimator {
    /** The direct method: the model's word alone. */
    DM,
    /** Inverse propensity scores: unbiased, wide. */
    IPS,
    /** Self-normalised: slightly biased, much narrower (https://papers.nips.cc/paper/5748). */
    SNIPS,
    /**
     * Doubly robust: unbiased where the propensities are right, narrow where the model is
     * (https://arxiv.org/abs/1103.4601).
     */
    DR,
    /** Doubly robust with the correction self-normalised. */
    SNDR,
    /** Doubly robust without the heaviest weights. */
    SWITCH_DR;

    /** What a term adds to the mean. */
    double numerator(Term term) {
        return switch (this) {
            case DM -> term.model();
            case IPS, SNIPS -> term.weighted();
            case DR -> term.doublyRobust();
            case SNDR -> term.doublyRobust() - term.model();
            case SWITCH_DR -> term.switched();
        };
    }

    /** Whether the mean is divided by that of the weights. */
    boolean selfNormalised() {
        return this == SNIPS || this == SNDR;
    }

    /** What is added after the division. */
    double offset(Term term) {
        return this == SNDR ? term.model() : 0;
    }
}
