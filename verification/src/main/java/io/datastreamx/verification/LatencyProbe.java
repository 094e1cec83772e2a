package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How long decisions take, from the log alone: append time of the first decision of a request minus append time of the
 * request. Thread-safe.
 */
public final class LatencyProbe {
    /** What is known of one request; times are append times, -1 while unknown. */
    private static final class Course {
        long requestedMs = -1;
        long decidedMs = -1;
        String status;
    }

    private final Map<String, Course> courses = new HashMap<>();

    /**
     * @param requests distinct ad requests
     * @param routed requests whose first decision is {@code routed}; the next two likewise
     * @param p50 milliseconds from request to routed decision, like the next three; 0 without any
     */
    public record Summary(
            long requests, long routed, long expired, long noCandidate, long p50, long p95, long p99, long max) {}

    /** All requests so far. */
    public Summary summary() {
        return summary(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Only requests whose append time, epoch milliseconds, is in {@code [fromMs, toMs)}. */
    public synchronized Summary summary(long fromMs, long toMs) {
        long requests = 0;
        long routed = 0;
        long expired = 0;
        long noCandidate = 0;
        long[] took = new long[courses.size()];
        for (Course course : courses.values()) {
            if (course.requestedMs < 0 || course.requestedMs < fromMs || course.requestedMs >= toMs) {
                continue;
            }
            requests++;
            if (course.status == null) {
                continue;
            }
            switch (course.status) {
                case "routed" -> took[(int) routed++] = course.decidedMs - course.requestedMs;
                case "expired" -> expired++;
                default -> noCandidate++;
            }
        }
        long[] sorted = Arrays.copyOf(took, (int) routed);
        Arrays.sort(sorted);
        return new Summary(
                requests,
                routed,
                expired,
                noCandidate,
                percentile(sorted, 50),
                percentile(sorted, 95),
                percentile(sorted, 99),
                percentile(sorted, 100));
    }

    /** @param event a good one of any type */
    synchronized void see(JsonNode event, long appendMs) {
        String type = event.get("event_type").textValue();
        if (type.equals("ad_request")) {
            Course course = courses.computeIfAbsent(event.get("request_id").textValue(), id -> new Course());
            if (course.requestedMs < 0 || appendMs < course.requestedMs) {
                course.requestedMs = appendMs;
            }
        } else if (type.equals("ad_decision")) {
            Course course = courses.computeIfAbsent(event.get("request_id").textValue(), id -> new Course());
            if (course.decidedMs < 0 || appendMs < course.decidedMs) {
                course.decidedMs = appendMs;
                course.status = event.get("status").textValue().intern();
            }
        }
    }

    /** Nearest rank. */
    private static long percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }
}
