package io.datastreamx.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Good events in the order in which they would happen: one box tunes, or one ad opportunity takes its course. */
final class Stories {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> AGGREGATORS = List.of("alpha", "bravo", "charlie", "delta", "echo", "foxtrot");
    private static final List<String> CHANNELS = List.of(
            "news", "sport", "kids", "film", "music", "science", "cinéma", "频道", "shop", "local", "a \"b\"", "c,d");
    private static final List<String> REGIONS = List.of("north", "south", "east", "west", "centre", "isles");
    private static final List<String> MODELS = List.of("m-1", "m-2", "m-3", "m-4");
    private static final List<String> QUARTILES =
            List.of("start", "first_quartile", "midpoint", "third_quartile", "complete");
    private static final long LATEST_S = Duration.ofDays(3).toSeconds();
    private static final int BOXES = 5_000;
    /** Of so many boxes one numbers its events 1, 2, 3 … and starts again now and then. */
    private static final int NUMBERING = 10;

    private static final int NUMBERS_UNTIL_RESTART = 8;

    private final RecordGenerator.Options options;
    private final SplittableRandom random;
    private Instant now;
    private long ids;
    /** Last number that a box gave, by box. */
    private final Map<String, Integer> numbers = new HashMap<>();

    Stories(RecordGenerator.Options options, SplittableRandom random) {
        this.options = options;
        this.random = random;
        this.now = options.start();
    }

    List<GeneratedRecord> next() {
        return random.nextInt(3) == 0 ? tuning() : opportunity();
    }

    private List<GeneratedRecord> tuning() {
        String box = box();
        Map<String, Object> context = context();
        List<GeneratedRecord> records = new ArrayList<>();
        records.add(record("tuning-events", box, event("tune_in", box), context));
        for (int i = random.nextInt(4); i > 0; i--) {
            records.add(
                    record("tuning-events", box, with(event("heartbeat", box), "duration_s", written(60)), context));
        }
        records.add(record(
                "tuning-events",
                box,
                with(event("tune_out", box), "duration_s", written(random.nextInt(61))),
                context));
        return records;
    }

    private List<GeneratedRecord> opportunity() {
        String box = box();
        String request = "req-%d-%d".formatted(options.seed(), ids++);
        Map<String, Object> context = context();
        List<GeneratedRecord> records = new ArrayList<>();
        Map<String, Object> asked = with(event("ad_request", box), "request_id", request);
        asked.put("tmax_ms", 300 + random.nextInt(700));
        optional(asked, "pod_id", random.nextInt(100) == 0 ? "📺".repeat(1_100) : "pod-" + random.nextInt(100));
        optional(asked, "slot_in_pod", random.nextInt(4) - 1);
        optional(asked, "bid_floor_micros", random.nextInt(1_000_000));
        optional(asked, "currency", options.currency());
        records.add(record("ad-requests", box, asked, context));
        int fate = random.nextInt(20);
        String status = fate == 0 ? "expired" : fate == 1 ? "no_candidate" : "routed";
        int first = random.nextInt(AGGREGATORS.size());
        records.add(record("ad-decisions", request, decision(request, box, status, first), context));
        if (status.equals("routed")) {
            dispatched(records, request, box, first, context);
        }
        return records;
    }

    private Map<String, Object> decision(String request, String box, String status, int first) {
        boolean routed = status.equals("routed");
        Map<String, Object> decision = event("ad_decision", box);
        decision.put("event_id", "decision:" + request);
        decision.put("request_id", request);
        decision.put("request_time", time(now));
        decision.put("status", status);
        List<Map<String, Object>> ranked = new ArrayList<>();
        for (int i = 0; routed && i < AGGREGATORS.size(); i++) {
            Map<String, Object> candidate = new LinkedHashMap<>();
            candidate.put("aggregator_id", AGGREGATORS.get((first + i) % AGGREGATORS.size()));
            candidate.put("score_micros", random.nextInt(9_000_000));
            candidate.put("propensity", i == 0 ? 0.75 : 0.05);
            ranked.add(candidate);
        }
        decision.put("ranked", ranked);
        if (routed) {
            decision.put("aggregator_id", AGGREGATORS.get(first));
            decision.put("propensity", 0.75);
        } else {
            optional(decision, "aggregator_id", null);
        }
        decision.put("explore", random.nextBoolean());
        decision.put("snapshot_id", "p-1/-/-");
        decision.put("policy_version", "p-1");
        optional(decision, "model_version", "m-1");
        decision.put(
                "excluded",
                status.equals("no_candidate")
                        ? List.of(Map.of("aggregator_id", "alpha", "reason", "disabled"))
                        : List.of());
        return decision;
    }

    private void dispatched(
            List<GeneratedRecord> records, String request, String box, int first, Map<String, Object> context) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            String aggregator = AGGREGATORS.get((first + attempt - 1) % AGGREGATORS.size());
            int draw = random.nextInt(10);
            String outcome = draw < 5 ? "fill" : draw < 8 ? "no_fill" : draw == 8 ? "timeout" : "error";
            Map<String, Object> response = event("response", box);
            response.put("event_id", "response:%s:%s:%d".formatted(request, aggregator, attempt));
            response.put("request_id", request);
            response.put("aggregator_id", aggregator);
            response.put("attempt", attempt);
            response.put("outcome", outcome);
            response.put("latency_ms", random.nextInt(400));
            String ad = "%s-ad-%d".formatted(aggregator, random.nextInt(10));
            long price = 1 + random.nextLong(20_000_000);
            if (outcome.equals("fill")) {
                response.put("price_micros", price);
                response.put("ad_id", ad);
                response.put("creative_id", ad + "-c");
                optional(response, "currency", options.currency());
            } else if (outcome.equals("no_fill")) {
                optional(response, "nbr", random.nextInt(10));
            }
            records.add(record("ad-events", box, response, context));
            if (outcome.equals("fill")) {
                played(records, request, box, aggregator, ad, price, context);
                return;
            }
        }
    }

    private void played(
            List<GeneratedRecord> records,
            String request,
            String box,
            String aggregator,
            String ad,
            long price,
            Map<String, Object> context) {
        Map<String, Object> delivery = event("ad_delivery", box);
        delivery.put("request_id", request);
        delivery.put("aggregator_id", aggregator);
        delivery.put("ad_id", ad);
        delivery.put("creative_id", ad + "-c");
        delivery.put("media_url", "http://media.example/" + ad + ".mp4");
        records.add(record("ad-deliveries", box, delivery, Map.of()));
        List<String> types = new ArrayList<>(List.of("impression"));
        boolean fails = random.nextInt(20) == 0;
        types.addAll(fails ? List.of("error") : QUARTILES.subList(0, 1 + random.nextInt(QUARTILES.size())));
        for (String type : types) {
            Map<String, Object> playback = event(type, box);
            playback.put("request_id", request);
            playback.put("aggregator_id", aggregator);
            playback.put("ad_id", ad);
            playback.put("price_micros", price);
            optional(playback, "currency", options.currency());
            if (fails) {
                optional(playback, "error_code", 405);
            }
            records.add(record("ad-events", box, playback, context));
        }
    }

    /**
     * The same event once more, not always byte for byte: what a retry adds, or, where a service wrote it, another time
     * of the same decision.
     */
    GeneratedRecord again(GeneratedRecord record) {
        if (random.nextBoolean()) {
            return record;
        }
        String text = new String(record.value(), StandardCharsets.UTF_8);
        if (Set.of("ad-decisions", "ad-deliveries").contains(record.topic())) {
            long days = random.nextInt(4) == 0 ? random.nextLong(6) : 0;
            String later = time(now.plusSeconds(random.nextLong(60)).minus(Duration.ofDays(days)));
            text = text.replaceFirst("(\"event_time\":\")[^\"]*", "$1" + later);
        }
        text = text.substring(0, text.length() - 1) + ",\"retried\":true}";
        return new GeneratedRecord(record.topic(), record.key(), text.getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, Object> event(String type, String box) {
        now = now.plusMillis(1 + random.nextInt(10));
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("schema_version", random.nextInt(10) == 0 ? "1.2" : (Object) 1);
        event.put("event_id", eventId(type, box));
        event.put("event_type", type);
        event.put("event_time", written(clock()));
        event.put("device_id", box);
        return event;
    }

    private String eventId(String type, String box) {
        boolean fromBox = !type.equals("ad_delivery");
        if (!fromBox || Integer.parseInt(box.substring(box.length() - 6)) % NUMBERING > 0) {
            return "gen-%d-%d".formatted(options.seed(), ids++);
        }
        return Integer.toString(
                numbers.merge(box, 1, (last, one) -> random.nextInt(NUMBERS_UNTIL_RESTART) == 0 ? one : last + one));
    }

    /** What the sender's clock says. */
    private Instant clock() {
        double draw = random.nextDouble();
        if (draw < options.late()) {
            return now.minusSeconds(1 + random.nextLong(LATEST_S));
        }
        if (draw >= options.late() + options.wrongClocks()) {
            return now;
        }
        return switch (random.nextInt(5)) {
            case 0 -> Instant.EPOCH.plusSeconds(random.nextLong(10_000_000));
            case 1 -> Instant.EPOCH.minusMillis(1 + random.nextLong(100_000_000_000L));
            case 2 -> now.plus(Duration.ofDays(365)).plusSeconds(random.nextLong(LATEST_S));
            case 3 -> now.minus(Duration.ofDays(34)).minusSeconds(random.nextLong(172_800));
            default -> now.plus(Duration.ofHours(24)).plusSeconds(random.nextLong(7_200));
        };
    }

    /** The same moment to the microsecond, in one of the forms that are allowed. */
    private String written(Instant time) {
        String text = time(time);
        return switch (random.nextInt(40)) {
            case 0 -> text.replace("T", "t");
            case 1 -> text.replaceFirst("\\.([0-9]{3})Z", ".$1000999999Z");
            default -> text;
        };
    }

    /** One number in one of the forms that are allowed. */
    private Object written(int number) {
        return switch (random.nextInt(40)) {
            case 0 -> new BigDecimal(number).setScale(1);
            case 1 -> new BigDecimal(number).stripTrailingZeros();
            default -> number;
        };
    }

    private Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("channel_id", any(CHANNELS));
        optional(context, "previous_channel_id", any(CHANNELS));
        optional(context, "last_ad_id", any(AGGREGATORS) + "-ad-" + random.nextInt(10));
        context.put("region", any(REGIONS));
        context.put("device_model", any(MODELS));
        return context;
    }

    /** There, or null, or left out: all three are allowed. */
    private void optional(Map<String, Object> event, String field, Object value) {
        int draw = random.nextInt(10);
        if (draw < 8) {
            event.put(field, value);
        } else if (draw == 8) {
            event.put(field, null);
        }
    }

    /** Some carry fields that nobody knows yet, with values that would be wrong for a known field. */
    private GeneratedRecord record(String topic, String key, Map<String, Object> event, Map<String, Object> context) {
        Map<String, Object> all = new LinkedHashMap<>(event);
        all.putAll(context);
        if (random.nextInt(50) == 0) {
            all.put(
                    "added_later",
                    Map.of(
                            "nested",
                            List.of(1, "two", false),
                            "odd",
                            new RawValue("[1e400,\"\\ud800\",[[[[{\"\":0.10}]]]]]")));
            all.putIfAbsent("error_code_text", 7);
        }
        if (topic.equals("tuning-events") && random.nextInt(50) == 0) {
            all.put("aggregator_id", 5);
        }
        try {
            return new GeneratedRecord(topic, key, MAPPER.writeValueAsBytes(all));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event made of plain values has a JSON form", e);
        }
    }

    private static Map<String, Object> with(Map<String, Object> event, String field, Object value) {
        event.put(field, value);
        return event;
    }

    private String box() {
        return "box-%06d".formatted(random.nextInt(BOXES));
    }

    private <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
