package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.simulator.world.Situation;
import java.time.Instant;

/**
 * A request at the moment of deciding.
 *
 * @param number within the run: the same for every policy
 * @param request as the router sees it
 * @param decidedAt the moment
 * @param situation what the truth knows of it; only oracles may look
 * @param leftMs time for attempts
 */
record Asked(long number, AdRequest request, Instant decidedAt, Situation situation, long leftMs) {}
