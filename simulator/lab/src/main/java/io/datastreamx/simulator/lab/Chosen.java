package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.Decision;
import java.util.List;

/**
 * What a policy wants done.
 *
 * @param order aggregators, by place, in the order in which they are to be asked
 * @param decision with its odds, for the log; null where the policy does not learn from it
 */
record Chosen(List<Integer> order, Decision decision) {}
