package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.testing.BrokerProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_BROKER = "127.0.0.1:1";

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();

    private ServingLayer serve(String bootstrapServers) {
        return ServingLayer.start(
                TestSettings.of(home, bootstrapServers), Clock.fixed(T0.plusMillis(1500), ZoneOffset.UTC));
    }

    private HttpResponse<String> get(ServingLayer serving, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(serving.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(ServingLayer serving, String path) throws Exception {
        HttpResponse<String> response = get(serving, path);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    @Test
    void anEmptyLakeIsServed() throws Exception {
        try (ServingLayer serving = serve(NO_BROKER)) {
            assertEquals(200, get(serving, "/health").statusCode());
            JsonNode status = json(serving, "/v1/status");
            assertEquals(-1, status.get("ingest_batch").asLong());
            assertTrue(status.get("version").isNull()
                    && status.get("freshness_ms").isNull()
                    && status.get("lag_records").isNull());
            assertTrue(status.get("lag_unknown").asText().contains("Kafka"));
            assertEquals(0, json(serving, "/v1/ledger").get("batches").asLong());
            assertEquals(
                    0,
                    json(serving, "/v1/reports")
                            .get("rows")
                            .get(0)
                            .get("requests")
                            .asLong());
        }
    }

    @Test
    void reportsLedgerAndStatusSayWhatTheLakeHolds() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.complete(1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 5));
        lake.complete(2, row(AGGREGATOR_CHANNEL, T0, "channel_id", "film", "requests", 3));
        lake.publish("v1", 1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 4));
        lake.flip("v1", 1);
        try (ServingLayer serving = serve(NO_BROKER)) {
            JsonNode report = json(serving, "/v1/reports?by=channel&measures=requests");
            assertEquals(JSON.readTree("""
                            {"position": {"ingest_batch": 2, "offsets": {"ad-requests-0": 20}}, "cut": 1, "version": "v1", "view": "merged",
                             "source": "rollup aggregator_channel",
                             "rows": [{"channel": "film", "requests": 3}, {"channel": "news", "requests": 4}]}"""), report);
            JsonNode ledger = json(serving, "/v1/ledger?last=1");
            assertEquals(JSON.readTree("""
                            {"batches": 2, "read": 20, "accepted": 14, "duplicate": 4, "quarantined": 2, "reused_ids": 0, "absent": 0, "lost": 0,
                             "lost_ranges": [], "ingest_batch": 2,
                             "offsets": {"ad-requests-0": 20}, "last": [{"ingest_batch": 2, "read": 10, "accepted": 7, "duplicate": 2, "quarantined": 1,
                             "reused_ids": 0, "absent": 0, "lost": 0, "lost_ranges": [], "offsets": {"ad-requests-0": [10, 20]}, "max_append_time": "2026-11-22T10:00:00Z", "completed_at": "2026-11-22T10:00:00Z"}]}"""), ledger);
            JsonNode status = json(serving, "/v1/status");
            assertEquals(2, status.get("ingest_batch").asLong());
            assertEquals(1, status.get("cut").asLong());
            assertEquals("v1", status.get("version").asText());
            assertEquals(1500, status.get("freshness_ms").asLong());
            HttpResponse<String> csv = get(serving, "/v1/reports?by=channel&measures=requests&format=csv");
            assertEquals("channel,requests\r\nfilm,3\r\nnews,4\r\n", csv.body());
            assertTrue(csv.headers().firstValue("Content-Type").orElse("").startsWith("text/csv"));
        }
    }

    @Test
    void whatWasDeletedBeforeItWasReadIsSaid() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.ledger(1, 4);
        lake.ledger(2, 0, new LostRange("ad-requests-0", 14, 20, Optional.of(T0), Optional.of(T0.plusSeconds(9))));
        lake.ledger(3, 1, new LostRange("ad-requests-0", 30, 31, Optional.empty(), Optional.empty()));
        try (ServingLayer serving = serve(NO_BROKER)) {
            JsonNode ranges = JSON.readTree("""
                            [{"partition": "ad-requests-0", "start": 30, "end": 31, "records": 1, "after": null, "before": null},
                             {"partition": "ad-requests-0", "start": 14, "end": 20, "records": 6, "after": "2026-11-22T10:00:00Z",
                              "before": "2026-11-22T10:00:09Z"}]""");
            JsonNode status = json(serving, "/v1/status");
            assertEquals(7, status.get("lost_records").asLong());
            assertEquals(ranges, status.get("lost_ranges"));
            JsonNode ledger = json(serving, "/v1/ledger?last=1");
            assertEquals(7, ledger.get("lost").asLong());
            assertEquals(5, ledger.get("absent").asLong());
            assertEquals(9, ledger.get("reused_ids").asLong());
            assertEquals(ranges, ledger.get("lost_ranges"));
            assertEquals(
                    1,
                    ledger.get("last")
                            .get(0)
                            .get("lost_ranges")
                            .get(0)
                            .get("records")
                            .asLong());
        }
    }

    @Test
    void numbersBeyond64BitsAreAnsweredAsTheyAre() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        for (int batch = 1; batch <= 2; batch++) {
            lake.complete(batch, row(AGGREGATOR_CHANNEL, T0, "completed_price_micros", Long.MAX_VALUE));
        }
        try (ServingLayer serving = serve(NO_BROKER)) {
            String path = "/v1/reports?measures=completed_price_micros";
            assertEquals(
                    "18446744073709551614",
                    json(serving, path)
                            .get("rows")
                            .get(0)
                            .get("completed_price_micros")
                            .bigIntegerValue()
                            .toString());
            assertEquals(
                    "completed_price_micros\r\n18446744073709551614\r\n",
                    get(serving, path + "&format=csv").body());
            assertEquals(200, get(serving, "/v1/reports").statusCode());
        }
    }

    @Test
    void wrongUseIsAnsweredWith400AndWhatIsAllowed() throws Exception {
        try (ServingLayer serving = serve(NO_BROKER)) {
            for (String path : new String[] {
                "/v1/reports?by=colour",
                "/v1/reports?measures=x",
                "/v1/reports?format=xml",
                "/v1/reports?view=x",
                "/v1/ledger?last=x",
                "/v1/stream?view=x"
            }) {
                HttpResponse<String> response = get(serving, path);
                assertEquals(400, response.statusCode(), path);
                assertTrue(JSON.readTree(response.body()).get("detail").asText().length() > 20, response.body());
            }
            assertEquals(404, get(serving, "/nothing").statusCode());
        }
    }

    @Test
    void aQuestionOverItsLimitIsAnsweredWith503AndAWayOut() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.complete(1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 5));
        try (ServingLayer serving = ServingLayer.start(
                TestSettings.with(home, "datastreamx.serving.query-timeout", "1ms"), Clock.systemUTC())) {
            HttpResponse<String> response = get(serving, "/v1/reports?by=channel,hour&order=-latency_p95");
            for (int i = 0; i < 1_000 && response.statusCode() == 200; i++) {
                response = get(serving, "/v1/reports?by=channel,hour&order=-latency_p95");
            }
            assertEquals(503, response.statusCode(), response.body());
            String error = JSON.readTree(response.body()).get("detail").asText();
            assertTrue(error.contains("datastreamx.serving.query-timeout") && error.contains("limit="), error);
        }
    }

    @Test
    void glossaryNamesEveryMeasure() throws Exception {
        try (ServingLayer serving = serve(NO_BROKER)) {
            JsonNode measures = json(serving, "/v1/measures").get("measures");
            assertTrue(measures.findValuesAsText("name")
                    .containsAll(java.util.List.of("requests", "fill_rate", "latency_p95", "unique_devices")));
            measures.forEach(
                    measure -> assertTrue(measure.get("meaning").asText().length() > 5, measure.toString()));
        }
    }

    @Test
    void theStreamTellsFiguresAgainWhenABatchComesIn() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.complete(1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 5));
        try (ServingLayer serving = serve(NO_BROKER)) {
            HttpResponse<java.io.InputStream> stream = http.send(
                    HttpRequest.newBuilder(URI.create(serving.url() + "/v1/stream?minutes=30"))
                            .header("Accept", "text/event-stream")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertEquals(5, figures(lines, 1).get("totals").get("requests").asLong());
                lake.complete(2, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 30));
                assertEquals(35, figures(lines, 2).get("totals").get("requests").asLong());
            }
        }
    }

    /** The first figures at the given position. */
    private static JsonNode figures(BufferedReader lines, long batch) throws Exception {
        boolean isFigures = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event:")) {
                isFigures = line.endsWith("figures");
            } else if (line.startsWith("data:") && isFigures) {
                JsonNode figures = JSON.readTree(line.substring(5));
                if (figures.get("ingest_batch").asLong() == batch) {
                    return figures;
                }
            }
        }
        throw new AssertionError("the stream ended before position " + batch);
    }

    @Test
    void lagCountsWhatKafkaHoldsAndTheLedgerDoesNot() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.complete(1);
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            try (Producer<byte[], byte[]> producer =
                    KafkaClients.plaintext(broker.bootstrapServers(), "test").writer("send")) {
                for (int i = 0; i < 25; i++) {
                    producer.send(new ProducerRecord<>("ad-requests", new byte[] {1}, new byte[] {2}));
                }
                producer.send(new ProducerRecord<>("ad-events", new byte[] {1}, new byte[] {2}));
            }
            try (ServingLayer serving = serve(broker.bootstrapServers())) {
                // the ledger covers ad-requests-0 up to offset 10
                JsonNode lag = json(serving, "/v1/status").get("lag_records");
                for (int i = 0; i < 100 && lag.isNull(); i++) {
                    lag = json(serving, "/v1/status").get("lag_records");
                    Thread.sleep(100);
                }
                assertEquals(16, lag.asLong());
            }
        }
    }
}
