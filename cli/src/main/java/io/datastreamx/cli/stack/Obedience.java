package io.datastreamx.cli.stack;

import io.datastreamx.kafka.policy.PolicyReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Which processes of a stack obey a policy: those that follow the topic say so in the home.
 *
 * @param obeyed names of processes that have it in force
 * @param notYet names of processes that run and have another
 */
public record Obedience(List<String> obeyed, List<String> notYet) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Waits until all obey it, or for ten seconds. */
    public static Obedience await(Home home, StackState state, String policyVersion) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Obedience now = look(home, state, policyVersion);
            if (now.notYet().isEmpty() || System.nanoTime() > giveUp) {
                return now;
            }
            Thread.sleep(20);
        }
    }

    private static Obedience look(Home home, StackState state, String policyVersion) {
        List<String> obeyed = new ArrayList<>();
        List<String> notYet = new ArrayList<>();
        new TreeMap<>(state.processes()).forEach((name, worker) -> {
            if (worker.alive().isPresent()) {
                PolicyReport.read(home.dir(), worker.pid())
                        .ifPresent(
                                report -> (policyVersion.equals(report.policyVersion()) ? obeyed : notYet).add(name));
            }
        });
        return new Obedience(obeyed, notYet);
    }
}
