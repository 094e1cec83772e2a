package io.datastreamx.speed.dispatch;

import java.util.function.BooleanSupplier;

/**
 * How a decision came to be dispatched here.
 *
 * @param partition in which it was read
 * @param attempts how many in its order have had their turn before
 * @param isOurs whether the partition is still this dispatcher's
 */
record Handling(int partition, int attempts, BooleanSupplier isOurs) {}
