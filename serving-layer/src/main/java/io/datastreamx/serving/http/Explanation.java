package io.datastreamx.serving.http;

import io.datastreamx.contract.access.Role;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.report.Opportunity;
import io.datastreamx.serving.report.Sight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What happened to an ad request and why, as far as a role sees it: context, decision with its candidates, every
 * attempt, the ad and how it was watched. A partner sees what became of its own aggregators, and nothing that tells of
 * others: neither the decision nor their attempts.
 */
final class Explanation {
    /** Columns that say where and how an event was logged, not what it says. */
    private static final Set<String> OF_THE_LOG = Set.of(
            "ingest_batch",
            "topic",
            "partition",
            "offset",
            "append_time",
            "duplicate",
            Table.IDENTITY,
            Table.DAY,
            Rollup.IMPLAUSIBLE_CLOCK,
            Rollup.COUNTED_TIME,
            FillPrice.COUNTED,
            FillPrice.SOURCE,
            "schema_version",
            "event_id",
            "event_type",
            "event_time",
            "device",
            "key_id",
            "request_id",
            "extra");

    private static final String REVENUE = "revenue_micros";

    private final List<Map<String, Object>> events;
    private final Role role;
    private final long repeats;

    private Explanation(List<Map<String, Object>> seen, Role role) {
        this.role = role;
        this.events = seen.stream().filter(event -> !isRepeat(event)).toList();
        this.repeats = (long) seen.size() - events.size();
    }

    /** Ready to be written as JSON; empty where there is nothing that is seen. */
    static Optional<Map<String, Object>> of(Opportunity opportunity, Sight sight) {
        List<Map<String, Object>> seen = opportunity.events();
        if (!sight.role().seesEveryRow()) {
            seen = seen.stream()
                    .filter(event -> !isOf(event, EventType.AD_DECISION))
                    .filter(event -> sight.aggregators().contains(event.getOrDefault("aggregator_id", "")))
                    .toList();
        }
        Explanation explanation = new Explanation(seen, sight.role());
        return explanation.events.isEmpty() ? Optional.empty() : Optional.of(explanation.json(opportunity));
    }

    /** The latest requests in a line each, newest first, ready to be written as JSON. */
    static Map<String, Object> latest(Opportunity opportunity, Sight sight) {
        List<String> columns = new ArrayList<>(List.of("request_id", "event_time", "status", "aggregator_id"));
        columns.addAll(List.of("outcome", "reason", "latency_ms", "price_micros"));
        columns.addAll(Context.NAMES);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", Map.of("ingest_batch", opportunity.position().ingestBatch()));
        json.put(
                "rows",
                opportunity.events().stream()
                        .map(event -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            columns.stream()
                                    .filter(column -> event.containsKey(column)
                                            && sight.role().seesColumn(column))
                                    .forEach(column -> row.put(
                                            column,
                                            event.get(column) instanceof Instant time
                                                    ? time.toString()
                                                    : event.get(column)));
                            return row;
                        })
                        .toList());
        return json;
    }

    private Map<String, Object> json(Opportunity opportunity) {
        Map<String, Object> position = new LinkedHashMap<>();
        position.put("ingest_batch", opportunity.position().ingestBatch());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", position);
        json.put("request_id", events.get(0).get("request_id"));
        json.put("outcome", outcome());
        if (role.seesColumn(REVENUE)) {
            json.put(REVENUE, revenueMicros());
        }
        json.put("context", context());
        if (role.seesEveryRow()) {
            json.put("device", firstValue("device"));
        }
        put(json, "request", first(EventType.AD_REQUEST));
        put(json, "decision", first(EventType.AD_DECISION));
        json.put("attempts", attempts());
        put(json, "delivery", first(EventType.AD_DELIVERY));
        json.put("playback", playback());
        json.put("repeats", repeats);
        return json;
    }

    private String outcome() {
        if (of(EventType.COMPLETE).findAny().isPresent()) {
            return "completed";
        }
        if (events.stream().anyMatch(Explanation::isPlayback)) {
            return "played";
        }
        if (of(EventType.AD_DELIVERY).findAny().isPresent()) {
            return "delivered";
        }
        if (of(EventType.RESPONSE).anyMatch(event -> ResponseOutcome.FILL.code().equals(event.get("outcome")))) {
            return "filled";
        }
        if (of(EventType.RESPONSE).findAny().isPresent()) {
            return "not_filled";
        }
        return first(EventType.AD_DECISION)
                .map(decision -> String.valueOf(decision.get("status")))
                .orElse("undecided");
    }

    /** As reports count it: completes of what an aggregator is known to have filled, a thousandth of the CPM price. */
    private long revenueMicros() {
        long perThousand = of(EventType.COMPLETE)
                .filter(event -> FillPrice.FILL.equals(event.get(FillPrice.SOURCE)))
                .mapToLong(event -> event.get(FillPrice.COUNTED) instanceof Long price ? price : 0)
                .sum();
        return Math.floorDiv(perThousand + 500, 1000);
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        for (String name : Context.NAMES) {
            if (role.seesColumn(name)) {
                context.put(name, firstValue(name));
            }
        }
        return context;
    }

    private List<Map<String, Object>> attempts() {
        return of(EventType.RESPONSE)
                .sorted(Comparator.comparingLong(event -> event.get("attempt") instanceof Long attempt ? attempt : 0))
                .map(this::said)
                .toList();
    }

    private List<Map<String, Object>> playback() {
        return events.stream()
                .filter(Explanation::isPlayback)
                .map(event -> {
                    Map<String, Object> said = new LinkedHashMap<>();
                    said.put("event", event.get("event_type"));
                    said.putAll(said(event));
                    return said;
                })
                .toList();
    }

    private void put(Map<String, Object> json, String name, Optional<Map<String, Object>> event) {
        event.ifPresent(found -> json.put(name, said(found)));
    }

    /** When it happened and was logged, and what it says besides the context. */
    private Map<String, Object> said(Map<String, Object> event) {
        Map<String, Object> said = new LinkedHashMap<>();
        putText(said, "event_time", event.get("event_time"));
        putText(said, "append_time", event.get("append_time"));
        if (role.seesSystem() && event.containsKey("topic")) {
            said.put("logged", event.get("topic") + "-" + event.get("partition") + "@" + event.get("offset"));
        }
        event.forEach((name, value) -> {
            if (!OF_THE_LOG.contains(name) && !Context.NAMES.contains(name) && role.seesColumn(name)) {
                said.put(name, seen(value));
            }
        });
        return said;
    }

    private static void putText(Map<String, Object> said, String name, Object value) {
        if (value != null) {
            said.put(name, value.toString());
        }
    }

    private Object seen(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(this::seen).toList();
        }
        if (value instanceof Map<?, ?> fields) {
            Map<String, Object> seen = new LinkedHashMap<>();
            fields.forEach((name, field) -> {
                if (field != null && role.seesColumn(String.valueOf(name))) {
                    seen.put(String.valueOf(name), seen(field));
                }
            });
            return seen;
        }
        return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
    }

    private Optional<Map<String, Object>> first(EventType type) {
        return of(type).findFirst();
    }

    private Stream<Map<String, Object>> of(EventType type) {
        return events.stream().filter(event -> isOf(event, type));
    }

    private Object firstValue(String column) {
        return Stream.concat(of(EventType.AD_REQUEST), Stream.concat(of(EventType.AD_DECISION), events.stream()))
                .map(event -> event.get(column))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static boolean isRepeat(Map<String, Object> event) {
        return Boolean.TRUE.equals(event.get("duplicate"));
    }

    private static boolean isOf(Map<String, Object> event, EventType type) {
        return type.wireName().equals(event.get("event_type"));
    }

    private static boolean isPlayback(Map<String, Object> event) {
        EventType type = EventType.ofWireName(String.valueOf(event.get("event_type")));
        return type != null && type.topic() == Topic.AD_EVENTS && type.isFromBox();
    }
}
