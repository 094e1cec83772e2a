package io.datastreamx.serving.report;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ad requests that somebody asks about: one, or the latest.
 *
 * @param requestId the id of the one; empty for the latest
 * @param last how many of the latest
 * @param day UTC, on which it was made or a day before; empty for the two latest days of the log
 */
public record OpportunityQuery(Optional<String> requestId, int last, Optional<LocalDate> day) {
    private static final List<String> ALLOWED = List.of("request_id", "last", "day");

    /**
     * Of parameters as they come over HTTP.
     *
     * @throws BadQueryException saying what is allowed
     */
    public static OpportunityQuery of(Map<String, List<String>> given) {
        given.forEach((name, values) -> {
            if (!ALLOWED.contains(name)) {
                throw new BadQueryException("unknown parameter '" + name + "'; allowed: " + String.join(", ", ALLOWED));
            }
            if (values.size() > 1) {
                throw new BadQueryException("'" + name + "' was given " + values.size() + " times; it has one value");
            }
        });
        if (given.containsKey("request_id") == given.containsKey("last")) {
            throw new BadQueryException(
                    "say request_id, the id of one ad request, or last, how many of the latest: one of the two");
        }
        return new OpportunityQuery(
                first(given, "request_id"),
                first(given, "last").map(OpportunityQuery::count).orElse(0),
                first(given, "day").map(OpportunityQuery::day));
    }

    private static Optional<String> first(Map<String, List<String>> given, String name) {
        return given.getOrDefault(name, List.of()).stream().findFirst();
    }

    private static int count(String text) {
        if (!text.matches("[1-9][0-9]{0,2}")) {
            throw new BadQueryException("last must be a whole number from 1 to 999, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new BadQueryException("day must be a day (UTC) such as 2026-11-22, not '" + text + "'");
        }
    }
}
