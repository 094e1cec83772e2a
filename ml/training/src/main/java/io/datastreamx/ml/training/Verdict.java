package io.datastreamx.ml.training;

import java.util.List;

/**
 * A gate's answer.
 *
 * @param passed whether the model may be promoted
 * @param rule what was asked of it
 * @param reasons why not; empty where it passed
 */
public record Verdict(boolean passed, Gate.Rule rule, List<String> reasons) {
    static Verdict of(Gate.Rule rule, List<String> reasons) {
        return new Verdict(reasons.isEmpty(), rule, List.copyOf(reasons));
    }
}
