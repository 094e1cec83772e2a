package io.datastreamx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.bench.peers.CellKey;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Both peers against a count that shares nothing with them but the names of the sums. */
class PeersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SUMS = MeasureSums.columns();
    private static final LiveTraffic TRAFFIC = LiveTraffic.ofTwoDaysAgo(7, 4_000);

    /** A cell in the making. */
    private static final class Count {
        private final Map<String, Long> sums = new HashMap<>();
        private final Set<String> devices = new HashSet<>();

        Answers.Cell cell() {
            return Answers.Cell.of(
                    SUMS.stream().mapToLong(sum -> sums.getOrDefault(sum, 0L)).toArray(), devices.size());
        }
    }

    @Test
    void peersSayWhatACountByHandSays() throws Exception {
        Answers right = byHand();
        assertThat(right.cells()).hasSizeGreaterThan(500);
        try (LiveRound round = new LiveRound(TRAFFIC, 2)) {
            assertThat(round.accepted()).isEqualTo(right.accepted()).isLessThan(TRAFFIC.records());
            for (Contender peer : List.of(Contender.KAFKA_STREAMS, Contender.FLINK)) {
                LiveRound.Outcome outcome = round.run(peer);
                assertThat(estimating(right, outcome.answers()).differences(outcome.answers(), 5))
                        .as("by hand and by %s", peer.title())
                        .isEmpty();
                assertThat(outcome.seconds()).isPositive();
            }
        }
    }

    /** The check finds what it is there to find. */
    @Test
    void aSumAndACellThatDifferAreSaid() {
        ByteBuffer key = ByteBuffer.wrap(new CellKey(Rollup.AGGREGATOR_AD, 1, Arrays.asList("a", null)).toBytes());
        long[] sums = new long[SUMS.size()];
        Answers one = new Answers(1, Map.of(key, Answers.Cell.of(sums, 1)));
        sums[SUMS.indexOf("fills")]++;
        assertThat(one.differences(new Answers(1, Map.of(key, Answers.Cell.of(sums, 1))), 5))
                .containsExactly("aggregator_ad 1970-01-01T00:01:00Z [a, null]: devices=1 and fills=1 devices=1");
        assertThat(one.differences(new Answers(2, Map.of()), 5)).hasSize(2);
    }

    /** A sketch estimates what a count by hand knows; three times its standard error are allowed. */
    private static Answers estimating(Answers exact, Answers estimated) {
        Map<ByteBuffer, Answers.Cell> cells = new HashMap<>(exact.cells());
        cells.replaceAll((key, cell) -> {
            Answers.Cell counterpart = estimated.cells().getOrDefault(key, cell);
            boolean near = Math.abs(counterpart.devices() - cell.devices()) <= 0.05 * cell.devices();
            return near ? new Answers.Cell(cell.sums(), counterpart.devices()) : cell;
        });
        return new Answers(exact.accepted(), cells);
    }

    private static Answers byHand() throws IOException {
        Map<ByteBuffer, Count> counts = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (Fleet.Message message : TRAFFIC.messages()) {
            JsonNode event;
            try {
                event = JSON.readTree(message.value());
            } catch (IOException e) {
                continue;
            }
            if (ids.add(event.path("event_id").asText())) {
                for (Rollup rollup : Rollup.values()) {
                    count(event, counts.computeIfAbsent(key(rollup, event), key -> new Count()));
                }
            }
        }
        Map<ByteBuffer, Answers.Cell> cells = new HashMap<>();
        counts.forEach((key, count) -> cells.put(key, count.cell()));
        return new Answers(ids.size(), cells);
    }

    private static ByteBuffer key(Rollup rollup, JsonNode event) {
        List<String> dimensions = new ArrayList<>();
        for (String dimension : rollup.dimensions()) {
            dimensions.add(event.path(dimension).textValue());
        }
        long minute = Instant.parse(event.path("event_time").textValue()).getEpochSecond() / 60;
        return ByteBuffer.wrap(new CellKey(rollup, minute, dimensions).toBytes());
    }

    private static void count(JsonNode event, Count count) {
        count.devices.add(event.path("device_id").textValue());
        switch (event.path("event_type").textValue()) {
            case "heartbeat" -> add(count, "tuned_s", event.path("duration_s").longValue());
            case "response" -> {
                add(count, "responses", 1);
                add(count, event.path("outcome").textValue().equals("fill") ? "fills" : "no_fills", 1);
                int bucket = LatencyHistogram.bucketOf(event.path("latency_ms").longValue());
                add(count, LatencyHistogram.buckets().get(bucket).column(), 1);
            }
            case "impression" -> add(count, "impressions", 1);
            case "start" -> add(count, "starts", 1);
            case "complete" -> {
                add(count, "completes", 1);
                add(count, "completed_price_micros", event.path("price_micros").longValue());
            }
            default -> {}
        }
    }

    private static void add(Count count, String sum, long amount) {
        count.sums.merge(sum, amount, Long::sum);
    }
}
