package io.datastreamx.serving.report;

import java.util.List;
import java.util.Map;

/**
 * Ad requests as the raw log tells them.
 *
 * @param position up to which the log was read
 * @param days of the log that were read, UTC, such as {@code 2026-11-22}
 * @param events columns of {@code events} by name, in the order of the log; columns without a value are left out, times
 *     are {@link java.time.Instant}, structs maps. Repeats are among them, flagged
 */
public record Opportunity(Position position, List<String> days, List<Map<String, Object>> events) {}
