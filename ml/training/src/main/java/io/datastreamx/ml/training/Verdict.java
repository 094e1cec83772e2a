package io.datastreamx.ml.training;

import java.util.List;

/**
 * A gate's answer.
 *
 * @param passed whether the model may be promoted
 * @param reasons why not; empty where it passed
 */
public record Verdict(boolean passed, List<String> reasons) {
    static Verdict of(List<String> reasons) {
        return new Verdict(reasons.isEmpty(), List.copyOf(reasons));
    }
}
