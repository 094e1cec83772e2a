package io.datastreamx.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-11-20T00:30:00Z");
    private static final List<String> COMMON =
            List.of("schema_version", "event_id", "event_type", "event_time", "device_id");
    private static final List<String> CONTEXT = List.of("channel_id", "region", "device_model");
    private static final List<String> PLAYBACK =
            List.of("request_id", "aggregator_id", "ad_id", "price_micros", "channel_id", "region", "device_model");
    private static final Map<String, List<String>> REQUIRED = Map.of(
            "tune_in", CONTEXT,
            "heartbeat", List.of("duration_s", "channel_id"),
            "tune_out", List.of("duration_s", "channel_id"),
            "ad_request", List.of("request_id", "tmax_ms", "channel_id", "region", "device_model"),
            "ad_decision",
                    List.of(
                            "request_id",
                            "request_time",
                            "status",
                            "ranked",
                            "explore",
                            "snapshot_id",
                            "policy_version",
                            "excluded",
                            "aggregator_id",
                            "propensity",
                            "channel_id",
                            "region",
                            "device_model"),
            "response", List.of("request_id", "aggregator_id", "attempt", "outcome", "latency_ms", "channel_id"),
            "impression", PLAYBACK,
            "complete", PLAYBACK,
            "error", PLAYBACK,
            "ad_delivery", List.of("request_id", "aggregator_id", "ad_id", "creative_id", "media_url"));

    @TempDir
    private Path folder;

    @Test
    void everyRecordHasItsFieldsAndTheRequestsAreComplete() throws Exception {
        write("a.jsonl", 0, 0, 0);
        Map<String, Integer> counts = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (String line : Files.readAllLines(folder.resolve("a.jsonl"))) {
            JsonNode event = MAPPER.readTree(line).get("value");
            String type = event.get("event_type").textValue();
            counts.merge(type, 1, Integer::sum);
            COMMON.forEach(field -> assertTrue(event.has(field), field + " in " + line));
            REQUIRED.getOrDefault(type, PLAYBACK).forEach(field -> assertTrue(event.has(field), field + " in " + line));
            assertTrue(ids.add(event.get("event_id").textValue()), line);
            Instant time = Instant.parse(event.get("event_time").textValue());
            assertFalse(time.isBefore(FROM) || time.isAfter(TO), line);
        }
        assertEquals(1_000, counts.get("ad_request"));
        assertEquals(1_000, counts.get("ad_decision"));
        assertTrue(counts.keySet().containsAll(REQUIRED.keySet()), counts.toString());
        assertTrue(counts.get("complete") < counts.get("start"), counts.toString());
        assertEquals(1_000, Files.readAllLines(folder.resolve("a.jsonl.truth")).size());
    }

    @Test
    void sameSeedSameBytes() throws Exception {
        write("a.jsonl", 0.01, 0.01, 0.01);
        write("b.jsonl", 0.01, 0.01, 0.01);
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.jsonl")), Files.readAllBytes(folder.resolve("b.jsonl")));
    }

    @Test
    void faultsOnlyAdd() throws Exception {
        write("a.jsonl", 0.02, 0.02, 0);
        Set<String> ids = new HashSet<>();
        int repeats = 0;
        int raw = 0;
        for (String line : Files.readAllLines(folder.resolve("a.jsonl"))) {
            JsonNode value = MAPPER.readTree(line).get("value");
            if (value == null) {
                raw++;
            } else if (value.has("event_id") && !ids.add(value.get("event_id").textValue())) {
                repeats++;
            }
        }
        assertTrue(repeats > 100, "repeats " + repeats);
        assertTrue(raw > 20, "raw " + raw);
    }

    private void write(String name, double duplicates, double malformed, double late) throws Exception {
        FleetOptions options = new FleetOptions(200, 1, 11, "h", "USD", duplicates, malformed, late);
        new History(Truth.of(World.named(World.DEMO), 11, FROM), options, FROM, TO, 1_000)
                .write(folder.resolve(name), folder.resolve(name + ".truth"));
    }
}
