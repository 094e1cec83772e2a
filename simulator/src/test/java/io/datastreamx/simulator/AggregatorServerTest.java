package io.datastreamx.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.simulator.world.Answer;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import io.datastreamx.simulator.world.World;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregatorServerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:30Z"), ZoneOffset.UTC);
    private static final TruthContext CONTEXT =
            new TruthContext("ch-01", "ch-02", "acme-ad-cars-0", "north", "stb-4k", CLOCK.instant());

    private final Truth truth = Truth.of(World.named(World.DEMO), 5, CLOCK.instant());
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void answersAsTheTruthSays() throws Exception {
        try (Aggregators aggregators = new Aggregators(truth, "USD", CLOCK).start()) {
            AggregatorServer fjord = aggregators.servers().get(5);
            List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                responses.add(post(fjord, bidRequest("r-" + i, "0.1")));
            }
            Set<Answer.Kind> seen = new HashSet<>();
            for (int i = 0; i < responses.size(); i++) {
                Answer expected = truth.answer("fjord", CONTEXT, "r-" + i, 100_000);
                check(responses.get(i).get(), expected, "r-" + i);
                seen.add(expected.kind());
            }
            assertEquals(Set.of(Answer.Kind.values()), seen);
        }
    }

    @Test
    void neverBidsBelowTheFloor() throws Exception {
        try (Aggregators aggregators = new Aggregators(truth, "USD", CLOCK).start()) {
            AggregatorServer acme = aggregators.servers().get(0);
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> response =
                        post(acme, bidRequest("r-" + i, "1000000")).get();
                assertFalse(response.body().contains("seatbid"), response.body());
            }
        }
    }

    @Test
    void saysWhatABadRequestLacks() throws Exception {
        try (Aggregators aggregators = new Aggregators(truth, "USD", CLOCK).start()) {
            AggregatorServer acme = aggregators.servers().get(0);
            HttpResponse<String> response = post(acme, bidRequest("r-1", "0").replace("\"model\"", "\"type\""))
                    .get();
            assertEquals(400, response.statusCode());
            assertTrue(response.body().contains("device.model"), response.body());
            assertEquals(400, post(acme, "{").get().statusCode());
        }
    }

    @Test
    void termsNameEveryAggregatorAndWhereItListens(@TempDir Path folder) throws Exception {
        try (Aggregators aggregators = new Aggregators(truth, "USD", CLOCK).start()) {
            Path file = folder.resolve("conf").resolve("aggregators.json");
            aggregators.writeTerms(file, 1_000);
            JsonNode terms = MAPPER.readTree(file.toFile());
            assertEquals(truth.aggregatorIds(), terms.findValuesAsText("aggregator_id"));
            assertEquals(
                    aggregators.servers().get(2).endpoint(),
                    terms.get(2).get("endpoint").textValue());
            assertEquals(1, terms.get(2).get("waterfall_rank").intValue());
            for (JsonNode one : terms) {
                assertEquals(9, one.size());
                assertTrue(one.get("max_price_micros").longValue()
                        > one.get("contract_price_micros").longValue());
            }
        }
    }

    private static void check(HttpResponse<String> response, Answer expected, String requestId) throws Exception {
        switch (expected.kind()) {
            case ERROR -> assertEquals(500, response.statusCode());
            case NO_FILL -> {
                assertTrue(response.statusCode() == 204 || response.body().contains("\"nbr\""), response.body());
                assertFalse(response.body().contains("seatbid"));
            }
            case FILL -> {
                assertEquals(200, response.statusCode());
                JsonNode body = MAPPER.readTree(response.body());
                JsonNode bid = body.at("/seatbid/0/bid/0");
                assertEquals(requestId, body.get("id").textValue());
                assertEquals("USD", body.get("cur").textValue());
                assertEquals("imp-1", bid.get("impid").textValue());
                assertEquals(expected.adId(), bid.get("adid").textValue());
                BigDecimal micros = new BigDecimal(bid.get("price").asText()).movePointRight(6);
                assertEquals(expected.priceMicros(), micros.longValueExact());
                assertTrue(bid.get("adm").textValue().startsWith("<VAST "));
            }
        }
    }

    private CompletableFuture<HttpResponse<String>> post(AggregatorServer server, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.endpoint()))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String bidRequest(String id, String floor) {
        return """
                {"id": "%s", "tmax": 300, "cur": ["USD"],
                 "imp": [{"id": "imp-1", "bidfloor": %s, "bidfloorcur": "USD",
                          "video": {"mimes": ["video/mp4"], "maxduration": 30, "podid": "p", "slotinpod": 1}}],
                 "app": {"content": {"channel": {"id": "ch-01"}}},
                 "device": {"make": "x", "model": "stb-4k", "geo": {"region": "north"}},
                 "ext": {"previous_channel_id": "ch-02", "last_ad_id": "acme-ad-cars-0"}}
                """.formatted(id, floor);
    }
}
