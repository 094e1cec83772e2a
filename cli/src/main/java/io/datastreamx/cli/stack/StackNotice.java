package io.datastreamx.cli.stack;

import java.time.Instant;

/**
 * What the operator of a stack should know although it goes on.
 *
 * @param at when it was told
 * @param process who told it; {@code dsx} is the supervisor itself
 * @param text what happened and what was done about it
 */
public record StackNotice(Instant at, String process, String text) {}
