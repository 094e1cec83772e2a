package io.datastreamx.contract.policy;

/**
 * How much the policy tries what it does not think best (inverse-gap weighting, https://arxiv.org/abs/2003.12699).
 * Where the policy says by how much evidence it knows its aggregators, these are the bounds that exploration narrows
 * to; where it does not, it explores just so.
 *
 * @param gamma how fast the share of a candidate falls with its gap to the best; the gap is relative to the best score.
 *     0 is uniform
 * @param floor least probability of any candidate, in [0, 1)
 */
public record Exploration(double gamma, double floor) {
    public Exploration {
        if (!(gamma >= 0) || !(floor >= 0) || floor >= 1) {
            throw new IllegalArgumentException(
                    "exploration wants gamma >= 0 and floor in [0, 1), got gamma " + gamma + ", floor " + floor);
        }
    }
}
