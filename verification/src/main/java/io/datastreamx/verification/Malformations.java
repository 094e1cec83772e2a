package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** All the ways to spoil a good record. */
final class Malformations {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double BLOB_SHARE = 0.05;
    private static final int BLOB_BYTES = 900_000;

    private final SplittableRandom random;
    private final List<UnaryOperator<byte[]>> ways;

    Malformations(SplittableRandom random) {
        this.random = random;
        this.ways = List.of(
                // Broken or surplus JSON.
                good -> Arrays.copyOf(good, good.length - 1 - this.random.nextInt(good.length - 1)),
                good -> text(good, s -> s + " x"),
                good -> text(good, s -> s + s),
                good -> text(good, s -> "[" + s + "]"),
                good -> text(good, s -> s.replace('"', '\'')),
                good -> text(good, s -> s.substring(0, s.length() - 1) + ",}"),
                good -> text(good, s -> "\"just text\""),
                good -> text(good, s -> s.substring(0, s.length() - 1) + ",\"nan\":NaN}"),
                good -> new byte[0],
                // A key that stands twice, at the top and deeper down.
                good -> text(good, s -> "{\"device_id\":\"box-1\"," + s.substring(1)),
                good -> text(good, s -> "{\"deep\":{\"a\":[{\"b\":1,\"b\":1}]}," + s.substring(1)),
                // Bytes that are not UTF-8.
                this::invalidUtf8,
                // Fields that are missing, null, unknown or of the wrong type.
                good -> json(good, e -> e.remove(this.random.nextBoolean() ? "event_id" : "device_id")),
                good -> json(good, e -> e.remove(required(e))),
                good -> json(good, e -> e.putNull(required(e))),
                good -> json(good, e -> e.put("event_type", "never_heard_of")),
                good -> json(good, e -> e.put("event_type", foreign(e))),
                good -> json(good, e -> e.put("event_id", this.random.nextInt())),
                good -> json(good, e -> e.put("device_id", true)),
                good -> json(good, e -> e.putObject("event_type")),
                good -> json(good, e -> e.put("schema_version", 0)),
                good -> json(good, e -> e.put("schema_version", 1.5)),
                good -> json(good, e -> e.put("schema_version", "one")),
                good -> json(good, e -> e.put("event_id", "")),
                good -> json(good, e -> e.put("device_id", "b".repeat(2_049))),
                good -> json(good, e -> e.put("event_time", "2026-11-22 10:15:30")),
                good -> json(good, e -> e.put("event_time", "2026-11-22T10:15:30.123+01:00")),
                good -> json(good, e -> e.put("event_time", "2026-02-30T10:15:30.123Z")),
                good -> json(good, e -> e.put("event_time", "2026-11-22T10:15:60.123Z")),
                good -> json(good, e -> e.put("event_time", "2026-11-22T24:00:00Z")),
                good -> json(good, e -> e.put("event_time", "2026-11-22T10:15:30.Z")),
                good -> json(good, e -> e.put("event_time", 1_763_806_530_123L)),
                // Too deep, and half of a surrogate pair.
                good -> text(good, s -> "{\"deep\":" + "[".repeat(500) + "]".repeat(500) + "," + s.substring(1)),
                good -> text(good, s -> s.replaceFirst("\"event_id\":\"", "$0\\\\ud800")),
                good -> json(good, this::spoilOwnField));
    }

    GeneratedRecord of(GeneratedRecord good) {
        byte[] value = random.nextDouble() < BLOB_SHARE
                ? json(good.value(), e -> e.put("blob", "x".repeat(BLOB_BYTES)))
                : ways.get(random.nextInt(ways.size())).apply(good.value());
        return new GeneratedRecord(good.topic(), good.key(), value);
    }

    private byte[] invalidUtf8(byte[] good) {
        byte[] bytes = good.clone();
        int quote = new String(good, StandardCharsets.ISO_8859_1).indexOf("box-");
        bytes[quote < 0 ? bytes.length - 3 : quote + 1] = (byte) (0xf8 + random.nextInt(8));
        return bytes;
    }

    /** What only this type of event can have wrong. */
    private void spoilOwnField(ObjectNode event) {
        switch (event.get("event_type").textValue()) {
            case "tune_in" -> event.put("region", 7);
            case "tune_out", "heartbeat" -> {
                switch (random.nextInt(4)) {
                    case 0 -> event.put("duration_s", "60");
                    case 1 -> event.put("duration_s", -1);
                    case 2 -> event.put("duration_s", 60.5);
                    default -> event.put("duration_s", 172_801);
                }
            }
            case "ad_request" -> {
                switch (random.nextInt(5)) {
                    case 0 -> event.put("currency", "EUR");
                    case 1 -> event.put("tmax_ms", false);
                    case 2 -> event.put("tmax_ms", 86_400_001);
                    case 3 -> event.put("max_duration_s", 172_801);
                    default -> event.put("slot_in_pod", 1_001);
                }
            }
            case "ad_decision" -> spoilDecision(event);
            case "response" -> {
                switch (random.nextInt(6)) {
                    case 0 -> event.put("outcome", "maybe");
                    case 1 -> event.put("currency", "XXX");
                    case 2 -> event.put("latency_ms", 86_400_001);
                    case 3 -> event.put("price_micros", 1_000_000_000_001L);
                    case 4 -> event.put("outcome", "fill").remove("price_micros");
                    default -> event.put("attempt", 1_001);
                }
            }
            case "ad_delivery" -> event.putArray("media_url");
            default -> {
                switch (random.nextInt(4)) {
                    case 0 -> event.put("currency", "eur");
                    case 1 -> event.put("price_micros", 1_000_000_000_001L);
                    case 2 -> event.put("price_micros", "5");
                    default -> event.put("error_code", 1.5);
                }
            }
        }
    }

    private void spoilDecision(ObjectNode event) {
        switch (random.nextInt(7)) {
            case 0 -> event.put("status", "routed").remove("aggregator_id");
            case 6 -> event.put("bid_floor_micros", 1_000_000_000_001L);
            case 1 -> event.put("status", "lost");
            case 2 -> event.putObject("ranked");
            case 3 ->
                event.putArray("ranked")
                        .addObject()
                        .put("aggregator_id", "alpha")
                        .put("score_micros", 1);
            case 4 -> event.putArray("excluded").add("alpha");
            default -> event.put("propensity", 1.01);
        }
    }

    /** A type that belongs on another topic. */
    private static String foreign(ObjectNode event) {
        String own = Shapes.of(event.get("event_type").textValue()).topic();
        return own.equals("tuning-events") ? "impression" : "tune_in";
    }

    private String required(JsonNode event) {
        List<String> names = Shapes.of(event.get("event_type").textValue()).slots().stream()
                .filter(slot -> !slot.optional())
                .map(Shapes.Slot::name)
                .toList();
        return names.get(random.nextInt(names.size()));
    }

    private static byte[] text(byte[] good, UnaryOperator<String> change) {
        return change.apply(new String(good, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(byte[] good, Consumer<ObjectNode> change) {
        try {
            ObjectNode event = (ObjectNode) MAPPER.readTree(good);
            change.accept(event);
            return MAPPER.writeValueAsString(event).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
