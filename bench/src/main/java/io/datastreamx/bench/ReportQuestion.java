package io.datastreamx.bench;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One report, as serving is asked for it and as SQL over the batch tables.
 *
 * @param id short name
 * @param by grouping columns; {@code minute}, {@code hour} and {@code day} are grains of time
 * @param measures sums
 * @param from first minute; null for all
 * @param where {@code dimension=value} pairs that all hold
 * @param order as serving takes it; empty for that of the grouping columns
 * @param limit most rows; 0 for all
 * @param rollup that holds the dimensions; null where only the event level does
 */
record ReportQuestion(
        String id,
        List<String> by,
        List<String> measures,
        Instant from,
        List<String> where,
        List<String> order,
        int limit,
        String rollup) {
    /** How an engine's SQL says what others say differently. */
    interface Dialect {
        /** A time as a literal. */
        String time(Instant time);

        /** Epoch seconds of a column, cut off to a whole number of some. */
        String floor(String column, int seconds);

        /** The table of requests with a row for each of their facts, whose fields are columns of their own. */
        String opportunities();
    }

    /** The mix of one client. */
    static List<ReportQuestion> of(ReportHistory history) {
        List<String> sums = List.of("requests", "responses", "fills", "impressions", "completed_price_micros");
        return List.of(
                new ReportQuestion(
                        "aggregators",
                        List.of("aggregator_id"),
                        sums,
                        null,
                        List.of(),
                        List.of(),
                        0,
                        "aggregator_channel"),
                new ReportQuestion(
                        "minutes_channels",
                        List.of("minute", "channel_id"),
                        sums,
                        history.before(Duration.ofHours(1)),
                        List.of(),
                        List.of(),
                        0,
                        "aggregator_channel"),
                new ReportQuestion(
                        "hours",
                        List.of("hour"),
                        sums,
                        history.before(Duration.ofDays(7)),
                        List.of(),
                        List.of(),
                        0,
                        "aggregator_channel"),
                new ReportQuestion(
                        "top_ads",
                        List.of("ad_id"),
                        sums,
                        history.before(Duration.ofDays(1)),
                        List.of(),
                        List.of("-impressions", "ad_id"),
                        10,
                        "aggregator_ad"),
                new ReportQuestion(
                        "days_of_a_channel",
                        List.of("day"),
                        sums,
                        null,
                        List.of("channel_id=channel-3"),
                        List.of(),
                        0,
                        "aggregator_channel"),
                new ReportQuestion(
                        "devices_of_an_aggregator",
                        List.of("region", "device_model"),
                        sums,
                        history.before(Duration.ofDays(1)),
                        List.of("aggregator_id=aggregator-5"),
                        List.of(),
                        0,
                        "aggregator_region_device_model"),
                new ReportQuestion(
                        "events_by_last_ad",
                        List.of("last_ad_id"),
                        List.of("requests", "fills", "impressions"),
                        history.before(Duration.ofHours(1)),
                        List.of("region=region-2"),
                        List.of("-requests", "last_ad_id"),
                        20,
                        null));
    }

    /** @param to the first minute that is not asked for; null for all that there is */
    String path(Instant to) {
        List<String> parameters =
                new ArrayList<>(List.of("by=" + String.join(",", by), "measures=" + String.join(",", measures)));
        if (from != null) {
            parameters.add("from=" + from);
        }
        if (to != null) {
            parameters.add("to=" + to);
        }
        where.forEach(condition -> parameters.add("where=" + URLEncoder.encode(condition, StandardCharsets.UTF_8)));
        if (!order.isEmpty()) {
            parameters.add("order=" + String.join(",", order));
        }
        if (limit > 0) {
            parameters.add("limit=" + limit);
        }
        return "/v1/reports?" + String.join("&", parameters);
    }

    /** Grouping columns, times as epoch seconds, then sums, over the batch tables as they are. */
    String sql(Dialect dialect) {
        List<String> conditions = new ArrayList<>();
        if (rollup != null) {
            conditions.add("rollup = '" + rollup + "'");
        }
        if (from != null) {
            conditions.add("minute >= " + dialect.time(from));
            conditions.add("day >= DATE '" + from.atZone(ZoneOffset.UTC).toLocalDate() + "'");
        }
        where.forEach(condition -> conditions.add(condition.replace("=", " = '") + "'"));
        List<String> keys = by.stream().map(column -> key(dialect, column)).toList();
        String ordered = (order.isEmpty() ? by : order)
                .stream()
                        .map(column -> column.startsWith("-") ? column.substring(1) + "_ DESC" : column + "_")
                        .collect(Collectors.joining(", "));
        return "SELECT " + named(by, keys) + ", "
                + named(
                        measures,
                        measures.stream()
                                .map(sum -> "CAST(sum(" + sum + ") AS BIGINT)")
                                .toList()) + " FROM "
                + (rollup == null ? dialect.opportunities() : "rollups") + " AS source"
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " GROUP BY "
                + String.join(", ", keys) + " ORDER BY " + ordered + (limit > 0 ? " LIMIT " + limit : "");
    }

    private static String named(List<String> names, List<String> expressions) {
        List<String> named = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            named.add(expressions.get(i) + " AS " + names.get(i) + "_");
        }
        return String.join(", ", named);
    }

    private static String key(Dialect dialect, String column) {
        return switch (column) {
            case "minute" -> dialect.floor("minute", 60);
            case "hour" -> dialect.floor("minute", 3_600);
            case "day" -> dialect.floor("minute", 86_400);
            default -> column;
        };
    }

    /** Grouping columns and sums of a row, of whichever engine, to be compared. */
    static String row(Object... values) {
        return Arrays.stream(values).map(String::valueOf).collect(Collectors.joining("|"));
    }
}
