package io.datastreamx.dataproc;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Holds a job to all {@link SpecRule}s. */
final class SpecRules {
    private SpecRules() {}

    /** @return what is wrong, by rule; empty where all is well */
    static List<String> check(JobSpec spec, Runtimes runtimes, LocalDate today) {
        List<String> broken = new ArrayList<>();
        for (SpecRule rule : SpecRule.values()) {
            rule.check(new Question(spec, runtimes, today))
                    .ifPresent(message -> broken.add(rule.code() + ": " + message));
        }
        return broken;
    }
}
