package io.datastreamx.serving.opportunity;

import io.datastreamx.serving.report.BadQueryException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One ad request that somebody asks about.
 *
 * @param requestId its id
 * @param day UTC, on which it was made or a day before; empty for the two latest days of the log
 */
public record OpportunityQuery(String requestId, Optional<LocalDate> day) {
    private static final List<String> ALLOWED = List.of("request_id", "day");

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
        String requestId = given.getOrDefault("request_id", List.of("")).get(0);
        if (requestId.isEmpty()) {
            throw new BadQueryException("request_id is missing: the id of the ad request");
        }
        return new OpportunityQuery(
                requestId,
                given.getOrDefault("day", List.of()).stream().findFirst().map(OpportunityQuery::day));
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new BadQueryException("day must be a day (UTC) such as 2026-11-22, not '" + text + "'");
        }
    }
}
