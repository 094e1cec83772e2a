package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks the serving API for everything it merges and compares each answer with a recount of exactly the prefix that the
 * answer states.
 */
public final class MergedCheck {
    private static final int MOST_REFUSED = 3;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI api;
    private final Prefixes recount;
    /** End offsets that a night has seen, by its cut. */
    private final Map<Long, Map<String, Long>> cuts = new HashMap<>();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    /** Counts a prefix of the log: {@link Recount#upTo(Map, Map)}. */
    @FunctionalInterface
    public interface Prefixes {
        /**
         * @param ends end offset, exclusive, by {@code topic-partition}
         * @param nightEnds the part that a night has seen
         */
        Totals upTo(Map<String, Long> ends, Map<String, Long> nightEnds);
    }

    /**
     * One sample.
     *
     * @param equal whether every number was the same
     * @param lastBatch the latest ingest batch that an answer covered
     * @param read records before the position of the ledger's answer, as counted independently
     * @param compared how many numbers were compared
     * @param differences the first differences: where, what was expected, what came
     */
    public record Result(boolean equal, long lastBatch, long read, long compared, List<String> differences) {}

    /** @param api base URL of the serving layer, such as {@code http://127.0.0.1:8080} */
    public MergedCheck(URI api, Prefixes recount) {
        this.api = api;
        this.recount = recount;
    }

    /**
     * Takes one sample: every rollup by its dimensions, again by the minute, and the ledger.
     *
     * @throws IllegalStateException where the API does not answer as it should or the log does not reach the stated
     *     position
     */
    public Result check() {
        Comparison comparison = new Comparison();
        long lastBatch = -1;
        for (Grouping grouping : Grouping.values()) {
            lastBatch = Math.max(lastBatch, checkReports(grouping.fields(), comparison));
        }
        long read = checkLedger(comparison);
        return new Result(
                comparison.differences().isEmpty(), lastBatch, read, comparison.compared(), comparison.differences());
    }

    /** Over all time, then as finely as each part of the time is kept; a night may have changed that in between. */
    private long checkReports(List<String> fields, Comparison comparison) {
        for (int refused = 0; ; refused++) {
            JsonNode report = checkReport(fields, Interval.ALL_TIME, "", comparison);
            String minutesFrom = report.path("minutes_from").asText("");
            String hoursFrom = report.path("hours_from").asText("");
            try {
                JsonNode last = checkReport(fields, Interval.MINUTE, minutesFrom, comparison);
                if (!minutesFrom.isEmpty()) {
                    last = checkReport(fields, Interval.HOUR, hoursFrom, comparison);
                }
                if (!hoursFrom.isEmpty()) {
                    last = checkReport(fields, Interval.DAY, "", comparison);
                }
                return batchOf(last);
            } catch (RefusedException e) {
                if (refused == MOST_REFUSED) {
                    throw e;
                }
            }
        }
    }

    private static long batchOf(JsonNode report) {
        return required(required(report, "position"), "ingest_batch").longValue();
    }

    /** @param from a time, or empty for all there is */
    private JsonNode checkReport(List<String> fields, Interval interval, String from, Comparison comparison) {
        JsonNode report = get("/v1/reports?view=merged&by=" + (interval.isTime() ? interval.dimension() + "," : "")
                + String.join(",", fields) + "&measures=" + String.join(",", Totals.measures())
                + (from.isEmpty() ? "" : "&from=" + from));
        JsonNode position = required(report, "position");
        Map<String, Long> ends = offsets(position);
        Totals totals = recount.upTo(ends, seenByNight(required(report, "cut").longValue()));
        Map<Totals.Row, long[]> got = new HashMap<>();
        for (JsonNode row : required(report, "rows")) {
            Totals.Row key = rowOf(row, fields, interval);
            if (got.put(key, sumsOf(row)) != null) {
                comparison.differ("rollup " + String.join(" × ", fields) + ": the row " + key + " comes twice");
            }
        }
        long fromMinute = from.isEmpty() ? Long.MIN_VALUE : Instant.parse(from).getEpochSecond() / 60;
        comparison.rows(
                fields,
                interval,
                totals.by(interval, fields, fromMinute),
                got,
                "batch " + batchOf(report) + " " + ends);
        return report;
    }

    private long checkLedger(Comparison comparison) {
        JsonNode ledger = get("/v1/ledger");
        Map<String, Long> ends = offsets(ledger);
        Totals totals = recount.upTo(ends, Map.of());
        long read = number(ledger, "read");
        long accepted = number(ledger, "accepted");
        long duplicate = number(ledger, "duplicate");
        long quarantined = number(ledger, "quarantined");
        String at = " at " + ends;
        comparison.number("ledger, read" + at, totals.read(), read);
        comparison.number("ledger, accepted" + at, totals.accepted(), accepted);
        comparison.number("ledger, duplicate" + at, totals.duplicate(), duplicate);
        comparison.number("ledger, quarantined" + at, totals.malformed(), quarantined);
        comparison.number("ledger, accepted + duplicate + quarantined" + at, read, accepted + duplicate + quarantined);
        // Offsets begin at 0; what held no record to count, or lost it, is said.
        comparison.number(
                "ledger, read + absent + lost" + at,
                ends.values().stream().mapToLong(Long::longValue).sum(),
                read + number(ledger, "absent") + number(ledger, "lost"));
        return totals.read();
    }

    /** The ledger says where the last batch ends that a night covers; a complete batch never changes. */
    private Map<String, Long> seenByNight(long cut) {
        if (cut < 0) {
            return Map.of();
        }
        return cuts.computeIfAbsent(cut, c -> {
            for (JsonNode batch : required(get("/v1/ledger?last=99999"), "last")) {
                if (required(batch, "ingest_batch").longValue() == c) {
                    Map<String, Long> ends = new TreeMap<>();
                    required(batch, "offsets")
                            .properties()
                            .forEach(e ->
                                    ends.put(e.getKey(), e.getValue().get(1).longValue()));
                    return ends;
                }
            }
            throw new IllegalStateException("the ledger does not hold the batch " + c + ", up to which a night counts");
        });
    }

    private static Totals.Row rowOf(JsonNode row, List<String> fields, Interval interval) {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            JsonNode value = row.get(field);
            if (value == null || !value.isTextual() && !value.isNull()) {
                throw new IllegalStateException("a row of the report has no text or null under " + field + ": " + row);
            }
            values.add(value.textValue());
        }
        return new Totals.Row(values, interval.isTime() ? minuteOf(row, interval.dimension()) : 0);
    }

    private static long minuteOf(JsonNode row, String dimension) {
        try {
            return Math.floorDiv(Instant.parse(row.path(dimension).asText()).getEpochSecond(), 60);
        } catch (DateTimeParseException e) {
            throw new IllegalStateException(
                    "a row of the report has no ISO-8601 time under " + dimension + ": " + row, e);
        }
    }

    private static long[] sumsOf(JsonNode row) {
        long[] sums = Totals.zeros();
        for (int i = 0; i < sums.length; i++) {
            sums[i] = number(row, Totals.measures().get(i));
        }
        return sums;
    }

    private static Map<String, Long> offsets(JsonNode position) {
        Map<String, Long> ends = new TreeMap<>();
        required(position, "offsets")
                .properties()
                .forEach(e -> ends.put(e.getKey(), e.getValue().longValue()));
        return ends;
    }

    private static long number(JsonNode object, String field) {
        JsonNode value = required(object, field);
        if (!value.isIntegralNumber()) {
            throw new IllegalStateException(field + " is not a whole number: " + object);
        }
        return value.longValue();
    }

    private static JsonNode required(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null) {
            throw new IllegalStateException("the answer lacks " + field + ": " + object);
        }
        return value;
    }

    private JsonNode get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(api.resolve(path)).timeout(PATIENCE).build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String answered = request.uri() + " answered " + response.statusCode() + ": ";
            if (response.statusCode() == 400) {
                throw new RefusedException(answered + new String(response.body(), StandardCharsets.UTF_8));
            }
            if (response.statusCode() != 200) {
                throw new IllegalStateException(answered + new String(response.body(), StandardCharsets.UTF_8));
            }
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException(request.uri() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + request.uri(), e);
        }
    }

    private static final class RefusedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
