package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.contract.table.Table;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One request's story over HTTP, as each role sees it. */
class OpportunityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Instant NOW = T0.plusSeconds(60);

    @TempDir
    static Path home;

    private static ServingLayer serving;

    /**
     * Two batches that count and one whose ledger row is not written yet. Request {@code r 1/%} was decided twice,
     * asked of beta in vain, filled by alpha and watched to the end; {@code r2} was not routed.
     */
    @BeforeAll
    static void serve() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        batch(lake, 1, """
                SELECT 'ad_request' AS event_type, 0 AS ms, 'r 1/%' AS request_id, NULL AS aggregator_id, NULL AS outcome,
                  NULL::BIGINT AS attempt, NULL::BIGINT AS price_micros, NULL::BIGINT AS counted_price_micros, NULL AS price_source,
                  NULL AS status, NULL AS ranked, NULL AS excluded, false AS duplicate
                UNION ALL SELECT 'ad_decision', 5, 'r 1/%', 'beta', NULL, NULL, NULL, NULL, NULL, 'routed', RANKED, EXCLUDED, false
                UNION ALL SELECT 'ad_decision', 6, 'r 1/%', 'beta', NULL, NULL, NULL, NULL, NULL, 'routed', RANKED, EXCLUDED, true
                UNION ALL SELECT 'ad_request', 7, 'r2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false
                UNION ALL SELECT 'ad_decision', 9, 'r2', NULL, NULL, NULL, NULL, NULL, NULL, 'no_candidate', NULL, NULL, false""");
        batch(lake, 2, """
                SELECT 'response' AS event_type, 40 AS ms, 'r 1/%' AS request_id, 'alpha' AS aggregator_id, 'fill' AS outcome,
                  2::BIGINT AS attempt, 4000::BIGINT AS price_micros, NULL::BIGINT AS counted_price_micros, NULL AS price_source,
                  false AS duplicate
                UNION ALL SELECT 'response', 20, 'r 1/%', 'beta', 'no_fill', 1, NULL, NULL, NULL, false
                UNION ALL SELECT 'ad_delivery', 41, 'r 1/%', 'alpha', NULL, NULL, 4000, NULL, NULL, false
                UNION ALL SELECT 'impression', 900, 'r 1/%', 'alpha', NULL, NULL, 4000, 4000, 'fill', false
                UNION ALL SELECT 'complete', 30000, 'r 1/%', 'alpha', NULL, NULL, 9999, 4000, 'fill', false""");
        lake.complete(1, row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 2));
        lake.complete(2, row(AGGREGATOR_CHANNEL, T0, "aggregator_id", "alpha", "channel_id", "news", "fills", 1));
        batch(lake, 3, """
                SELECT 'complete' AS event_type, 31000 AS ms, 'r 1/%' AS request_id, 'alpha' AS aggregator_id,
                  4000::BIGINT AS counted_price_micros, 'fill' AS price_source, false AS duplicate""");
        serving = ServingLayer.start(
                Settings.load(Map.of(
                        "datastreamx.home", home.toString(),
                        "datastreamx.kafka.bootstrap-servers", "127.0.0.1:1",
                        "datastreamx.serving.poll-interval", "20ms",
                        "datastreamx.serving.access.identity", "tokens")),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** @param select milliseconds after ten o'clock as {@code ms}, and what differs from event to event */
    private static void batch(TestLake lake, int batch, String select) throws Exception {
        String ranked =
                "[{'aggregator_id': 'beta', 'score_micros': 700::BIGINT, 'propensity': 0.9, 'fill': NULL::DOUBLE},"
                        + " {'aggregator_id': 'alpha', 'score_micros': 500::BIGINT, 'propensity': 0.1, 'fill': 0.5}]";
        String rows =
                select.replace("RANKED", ranked).replace("EXCLUDED", "[{'aggregator_id': 'gamma', 'reason': 'cap'}]");
        lake.nested(
                lake.lake.table(Table.EVENTS),
                "ingest",
                batch,
                "SELECT * EXCLUDE (ms), " + batch + "::BIGINT AS ingest_batch, 'ad-events' AS topic, 0 AS partition,"
                        + " ms::BIGINT AS \"offset\", TIMESTAMPTZ '2026-11-22 10:00:00Z' + to_milliseconds(ms) AS event_time,"
                        + " event_time + to_milliseconds(2) AS append_time, event_time AS counted_time,"
                        + " 'pseudonym' AS device, 'k1' AS key_id, 'news' AS channel_id, 'film' AS previous_channel_id,"
                        + " 'b7' AS last_ad_id, 'north' AS region, 'm1' AS device_model FROM (" + rows + ")");
    }

    @AfterAll
    static void stop() {
        serving.close();
    }

    private static HttpResponse<String> get(String query, Role role, String... aggregators) throws Exception {
        String token = new AccessTokens(new TokenKeyFile(home.resolve("access-keys.json")).loadOrCreate(NOW))
                .sign(new Identity("x@example.com", role, Set.of(aggregators)), NOW, Duration.ofHours(1));
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(serving.url() + "/v1/opportunities" + query))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode told(String query, Role role, String... aggregators) throws Exception {
        HttpResponse<String> answer = get(query, role, aggregators);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static void assertRefused(int status, String why, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(why);
    }

    @Test
    void anAnalystSeesAllThatHappenedAndWhy() throws Exception {
        JsonNode told = told("?request_id=r+1/%25", Role.ANALYST);
        assertThat(told).isEqualTo(JSON.readTree("""
                {"position": {"ingest_batch": 2}, "request_id": "r 1/%", "outcome": "completed", "revenue_micros": 4,
                 "context": {"channel_id": "news", "previous_channel_id": "film", "last_ad_id": "b7", "region": "north",
                   "device_model": "m1"},
                 "device": "pseudonym",
                 "request": {"event_time": "2026-11-22T10:00:00Z", "append_time": "2026-11-22T10:00:00.002Z", "logged": "ad-events-0@0"},
                 "decision": {"event_time": "2026-11-22T10:00:00.005Z", "append_time": "2026-11-22T10:00:00.007Z",
                   "logged": "ad-events-0@5", "aggregator_id": "beta", "status": "routed",
                   "ranked": [{"aggregator_id": "beta", "score_micros": 700, "propensity": 0.9},
                     {"aggregator_id": "alpha", "score_micros": 500, "propensity": 0.1, "fill": 0.5}],
                   "excluded": [{"aggregator_id": "gamma", "reason": "cap"}]},
                 "attempts": [
                   {"event_time": "2026-11-22T10:00:00.020Z", "append_time": "2026-11-22T10:00:00.022Z", "logged": "ad-events-0@20",
                     "aggregator_id": "beta", "outcome": "no_fill", "attempt": 1},
                   {"event_time": "2026-11-22T10:00:00.040Z", "append_time": "2026-11-22T10:00:00.042Z", "logged": "ad-events-0@40",
                     "aggregator_id": "alpha", "outcome": "fill", "attempt": 2, "price_micros": 4000}],
                 "delivery": {"event_time": "2026-11-22T10:00:00.041Z", "append_time": "2026-11-22T10:00:00.043Z",
                   "logged": "ad-events-0@41", "aggregator_id": "alpha", "price_micros": 4000},
                 "playback": [
                   {"event": "impression", "event_time": "2026-11-22T10:00:00.900Z", "append_time": "2026-11-22T10:00:00.902Z",
                     "logged": "ad-events-0@900", "aggregator_id": "alpha", "price_micros": 4000},
                   {"event": "complete", "event_time": "2026-11-22T10:00:30Z", "append_time": "2026-11-22T10:00:30.002Z",
                     "logged": "ad-events-0@30000", "aggregator_id": "alpha", "price_micros": 9999}],
                 "repeats": 1}"""));
        assertThat(told("?request_id=r2&day=2026-11-22", Role.ANALYST)
                        .path("outcome")
                        .asText())
                .isEqualTo("no_candidate");
        assertThat(told("?request_id=r2&day=2026-11-21", Role.ANALYST)
                        .path("outcome")
                        .asText())
                .isEqualTo("no_candidate");
    }

    @Test
    void aPartnerSeesItsOwnPartAndNothingOfOthers() throws Exception {
        JsonNode told = told("?request_id=r+1/%25", Role.PARTNER, "alpha");
        assertThat(told.toString())
                .doesNotContain("beta")
                .doesNotContain("gamma")
                .doesNotContain("b7")
                .doesNotContain("pseudonym")
                .doesNotContain("ad-events");
        assertThat(told.has("decision")).isFalse();
        assertThat(told.path("attempts").size()).isEqualTo(1);
        assertThat(told.path("revenue_micros").asLong()).isEqualTo(4);
        assertThat(told("?request_id=r+1/%25", Role.PARTNER, "beta")
                        .path("revenue_micros")
                        .asLong())
                .isZero();
        assertRefused(404, "no event of request 'r2'", get("?request_id=r2", Role.PARTNER, "alpha"));
    }

    @Test
    void anOperatorSeesNoMoney() throws Exception {
        assertThat(told("?request_id=r+1/%25", Role.OPERATOR).toString())
                .doesNotContain("_micros")
                .contains("ad-events-0@5")
                .contains("gamma");
    }

    @Test
    void theLatestAreDecisionsAndOfAPartnerItsOwnAnswers() throws Exception {
        assertThat(told("?last=9", Role.ANALYST).path("rows")).isEqualTo(JSON.readTree("""
                [{"request_id": "r2", "event_time": "2026-11-22T10:00:00.009Z", "status": "no_candidate",
                  "channel_id": "news", "previous_channel_id": "film", "last_ad_id": "b7", "region": "north", "device_model": "m1"},
                 {"request_id": "r 1/%", "event_time": "2026-11-22T10:00:00.005Z", "status": "routed", "aggregator_id": "beta",
                  "channel_id": "news", "previous_channel_id": "film", "last_ad_id": "b7", "region": "north", "device_model": "m1"}]"""));
        assertThat(told("?last=1", Role.ANALYST).path("rows").size()).isEqualTo(1);
        assertThat(told("?last=9", Role.PARTNER, "alpha").path("rows")).isEqualTo(JSON.readTree("""
                [{"request_id": "r 1/%", "event_time": "2026-11-22T10:00:00.040Z", "aggregator_id": "alpha", "outcome": "fill",
                  "price_micros": 4000, "channel_id": "news", "previous_channel_id": "film", "region": "north", "device_model": "m1"}]"""));
    }

    @Test
    void whatCannotBeAnsweredSaysWhatCan() throws Exception {
        assertRefused(404, "[2026-11-22]", get("?request_id=nobody", Role.ANALYST));
        assertRefused(404, "no event of request 'r2'", get("?request_id=r2&day=2026-11-25", Role.ANALYST));
        assertRefused(400, "one of the two", get("", Role.ANALYST));
        assertRefused(400, "day must be a day", get("?request_id=r2&day=yesterday", Role.ANALYST));
        assertRefused(400, "unknown parameter 'id'; allowed: request_id, last, day", get("?id=r2", Role.ANALYST));
        assertRefused(400, "one of the two", get("?request_id=r2&last=3", Role.ANALYST));
        assertRefused(400, "from 1 to 999", get("?last=0", Role.ANALYST));
        assertRefused(400, "2 times", get("?request_id=r2&request_id=r3", Role.ANALYST));
        assertThat(HTTP.send(
                                HttpRequest.newBuilder(URI.create(serving.url() + "/v1/opportunities?request_id=r2"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
    }
}
