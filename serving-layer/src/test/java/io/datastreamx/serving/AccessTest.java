package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_AD;
import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and what each role sees through each door: JSON, CSV, the page's stream. */
class AccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BY_AGGREGATOR = "/v1/reports?by=aggregator&measures=fills,revenue_micros";
    private static final Instant NOW = T0.plusMillis(1500);

    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Clock clock = Clock.fixed(NOW, java.time.ZoneOffset.UTC);

    @BeforeEach
    void fill() throws Exception {
        TestLake lake = new TestLake(home.resolve("lake"));
        lake.complete(
                1,
                row(AGGREGATOR_CHANNEL, T0, "channel_id", "news", "requests", 9),
                row(
                        AGGREGATOR_CHANNEL,
                        T0,
                        "aggregator_id",
                        "alpha",
                        "channel_id",
                        "news",
                        "fills",
                        5,
                        "completed_price_micros",
                        4000),
                row(
                        AGGREGATOR_CHANNEL,
                        T0,
                        "aggregator_id",
                        "beta",
                        "channel_id",
                        "news",
                        "fills",
                        2,
                        "completed_price_micros",
                        7000),
                row(AGGREGATOR_AD, T0, "aggregator_id", "beta", "ad_id", "b1", "fills", 2));
    }

    private ServingLayer serve(Object... settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "datastreamx.home", home.toString(),
                "datastreamx.kafka.bootstrap-servers", "127.0.0.1:1",
                "datastreamx.serving.poll-interval", "20ms"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put("datastreamx.serving." + settings[i], settings[i + 1]);
        }
        return ServingLayer.start(Settings.load(all), clock);
    }

    private ServingLayer serveByTokens(Object... settings) {
        Object[] all = new Object[settings.length + 2];
        all[0] = "access.identity";
        all[1] = "tokens";
        System.arraycopy(settings, 0, all, 2, settings.length);
        return serve(all);
    }

    private String token(Role role, String... aggregators) {
        return token(new Identity(role.wireName() + "@example.com", role, Set.of(aggregators)), Duration.ofHours(1));
    }

    private String token(Identity identity, Duration ttl) {
        return new AccessTokens(new TokenKeyFile(home.resolve("access-keys.json")).loadOrCreate(NOW))
                .sign(identity, NOW, ttl);
    }

    private HttpResponse<String> get(ServingLayer serving, String path, String token, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(serving.url() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode rows(ServingLayer serving, String path, String token) throws Exception {
        HttpResponse<String> answer = get(serving, path, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).get("rows");
    }

    private void assertRefused(int status, String detail, HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).contains(detail);
    }

    @Test
    void withoutIdentityOnlyThisMachineIsServed() {
        assertThatThrownBy(() -> serve("host", "0.0.0.0"))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("serving.access.identity");
    }

    @Test
    void whoDoesNotSayWhoHeIsGetsNothing() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            String expired = token(new Identity("x", Role.ADMIN, Set.of()), Duration.ofSeconds(-1));
            for (String path : List.of(
                    "/v1/reports",
                    "/v1/opportunities",
                    "/v1/ledger",
                    "/v1/status",
                    "/v1/measures",
                    "/v1/stream",
                    "/api/report",
                    "/api/stream",
                    "/v1/session")) {
                assertRefused(401, "Bearer TOKEN is missing", get(serving, path, null));
                assertRefused(401, "expired", get(serving, path, expired));
                assertRefused(401, "no signed JWT", get(serving, path, "rubbish"));
            }
            assertThat(get(serving, "/health", null).statusCode()).isEqualTo(200);
            assertThat(get(serving, "/", null).statusCode()).isEqualTo(200);
            assertThat(get(serving, "/v1/reports", token(Role.ANALYST)).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aPartnerSeesItsOwnRowsThroughEveryDoorAndNothingElse() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            String partner = token(Role.PARTNER, "alpha");
            JsonNode own = JSON.readTree("[{\"aggregator\": \"alpha\", \"fills\": 5, \"revenue_micros\": 4}]");
            assertThat(rows(serving, BY_AGGREGATOR, partner)).isEqualTo(own);
            assertThat(rows(serving, BY_AGGREGATOR.replace("/v1/reports", "/api/report"), partner))
                    .isEqualTo(own);
            assertThat(rows(serving, "/v1/reports?measures=fills,requests", partner)
                            .toString())
                    .isEqualTo("[{\"fills\":5,\"requests\":0}]");
            assertThat(get(serving, BY_AGGREGATOR + "&format=csv", partner).body())
                    .isEqualTo("aggregator,fills,revenue_micros\r\nalpha,5,4\r\n");
            assertRefused(403, "not of 'beta'", get(serving, BY_AGGREGATOR + "&where=aggregator%3Dbeta", partner));
            assertRefused(403, "not of none", get(serving, BY_AGGREGATOR + "&where=aggregator%3D", partner));
            assertRefused(403, "last_ad_id", get(serving, "/v1/reports?by=last_ad&measures=fills", partner));
            assertRefused(403, "last_ad_id", get(serving, "/v1/reports?where=last_ad%3Db1&measures=fills", partner));
            assertRefused(403, "ledger", get(serving, "/v1/ledger", partner));
            Files.writeString(
                    Files.createDirectories(home.resolve("run")).resolve("simulated-worth.json"),
                    "{\"models\":[{\"policy_micros\":7}]}");
            JsonNode status = JSON.readTree(get(serving, "/v1/status", partner).body());
            assertThat(status.has("offsets")).isFalse();
            assertThat(status.has("simulated_worth")).isFalse();
            assertThat(get(serving, "/v1/status", token(Role.OPERATOR)).body()).doesNotContain("simulated_worth");
            assertThat(get(serving, "/v1/status", token(Role.ANALYST)).body())
                    .contains("\"simulated_worth\":[{\"policy_micros\":7}]");
            assertThat(status.get("ingest_batch").asInt()).isEqualTo(1);
            assertThat(get(serving, "/v1/measures", partner).body()).doesNotContain("last_ad_id");
            assertThat(figures(serving, partner)).contains("alpha").doesNotContain("beta");
            assertThat(figures(serving, token(Role.ANALYST))).contains("alpha").contains("beta");
        }
    }

    @Test
    void anOperatorSeesNoMoney() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            String operator = token(Role.OPERATOR);
            assertRefused(403, "revenue_micros", get(serving, BY_AGGREGATOR, operator));
            assertThat(get(serving, "/v1/reports", operator).body())
                    .contains("fills")
                    .doesNotContain("_micros");
            assertThat(get(serving, "/v1/measures", operator).body()).doesNotContain("_micros\"");
            assertThat(get(serving, "/v1/ledger", operator).statusCode()).isEqualTo(200);
            assertThat(figures(serving, operator)).contains("alpha").doesNotContain("_micros");
        }
    }

    /** The first figures of the page's stream. */
    private String figures(ServingLayer serving, String token) throws Exception {
        HttpResponse<java.io.InputStream> stream = http.send(
                HttpRequest.newBuilder(URI.create(serving.url() + "/v1/stream?minutes=0"))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            while (!lines.readLine().equals("event: figures")) {}
            return lines.readLine();
        }
    }

    @Test
    void aKeyThatIsRetiredLetsNobodyInAndANewOneDoes() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            String before = token(Role.ANALYST);
            TokenKeyFile keys = new TokenKeyFile(home.resolve("access-keys.json"));
            keys.rotate(NOW);
            keys.retire("e1", NOW);
            String after = token(Role.ANALYST);
            for (int i = 0; i < 200 && get(serving, "/v1/status", after).statusCode() != 200; i++) {
                Thread.sleep(50);
            }
            assertThat(get(serving, "/v1/status", after).statusCode()).isEqualTo(200);
            assertRefused(401, "retired", get(serving, "/v1/status", before));
        }
    }

    @Test
    void thePageSignsInOnceAndItsCookieIsForItAlone() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            HttpResponse<String> opened = http.send(
                    HttpRequest.newBuilder(URI.create(serving.url() + "/v1/session"))
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"token\": \"" + token(Role.PARTNER, "alpha") + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(JSON.readTree(opened.body()).get("role").asText()).isEqualTo("partner");
            String cookie = opened.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
            String sent = cookie.substring(0, cookie.indexOf(';'));
            assertThat(get(serving, BY_AGGREGATOR, null, "Cookie", "a=b; " + sent)
                            .body())
                    .contains("alpha")
                    .doesNotContain("beta");
            HttpResponse<String> wrong = http.send(
                    HttpRequest.newBuilder(URI.create(serving.url() + "/v1/session"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"token\": \"x\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertRefused(401, "no signed JWT", wrong);
        }
    }

    @Test
    void anotherNameIsNotServed() throws Exception {
        try (ServingLayer serving = serve("access.allowed-hosts", List.of("ads.example"))) {
            assertThat(raw(serving, "GET /v1/status HTTP/1.1\r\nHost: evil.example"))
                    .startsWith("HTTP/1.1 421");
            assertThat(raw(serving, "GET / HTTP/1.1\r\nHost: evil.example:80")).startsWith("HTTP/1.1 421");
            assertThat(raw(serving, "GET /v1/status HTTP/1.1\r\nHost: ADS.example:8443"))
                    .startsWith("HTTP/1.1 200");
            assertThat(raw(serving, "GET /v1/status HTTP/1.1\r\nHost: localhost"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void anAddressThatCannotBeReadIsWrongUse() throws Exception {
        try (ServingLayer serving = serve()) {
            assertThat(raw(serving, "GET /v1/reports?where=channel%3D%GG HTTP/1.1\r\nHost: localhost"))
                    .startsWith("HTTP/1.1 400");
            assertThat(raw(serving, "GET /v1/reports?where=channel%3D%C3%28 HTTP/1.1\r\nHost: localhost"))
                    .startsWith("HTTP/1.1 400");
            assertThat(raw(serving, "GET /v1/reports?where=channel%3D%C3%BC HTTP/1.1\r\nHost: localhost"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    private static String raw(ServingLayer serving, String head) throws IOException {
        URI uri = URI.create(serving.url());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void anAnswerThatIsKnownIsNotSentAgainAndHeadAnswersAsGetDoes() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            HttpResponse<String> first = get(serving, BY_AGGREGATOR, token(Role.ANALYST));
            String tag = first.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = get(serving, BY_AGGREGATOR, token(Role.ANALYST), "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(get(serving, BY_AGGREGATOR, token(Role.PARTNER, "alpha"), "If-None-Match", tag)
                            .statusCode())
                    .as("who sees less has another answer")
                    .isEqualTo(200);
            HttpResponse<String> head = http.send(
                    HttpRequest.newBuilder(URI.create(serving.url() + BY_AGGREGATOR))
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .header("Authorization", "Bearer " + token(Role.ANALYST))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("ETag")).hasValue(tag);
            assertThat(head.headers().firstValue("Content-Type")).hasValue("application/json");
        }
    }

    @Test
    void whoAsksTooMuchIsToldWhenToComeBack() throws Exception {
        try (ServingLayer serving = serveByTokens("access.requests-per-minute", 3, "access.streams", 1)) {
            String one = token(Role.ANALYST);
            int refused = 0;
            for (int i = 0; i < 8; i++) {
                HttpResponse<String> answer = get(serving, "/v1/measures", one);
                if (answer.statusCode() == 429) {
                    refused++;
                    assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                            .isBetween(1L, 60L);
                }
            }
            assertThat(refused).isBetween(2, 5);
            assertThat(get(serving, "/v1/measures", token(Role.SCIENTIST)).statusCode())
                    .as("others are not hurt")
                    .isEqualTo(200);
        }
    }

    @Test
    void whoAskedWhatIsWrittenDownWithoutTheToken() throws Exception {
        try (ServingLayer serving = serveByTokens()) {
            get(serving, BY_AGGREGATOR, token(Role.PARTNER, "alpha"));
            get(serving, "/v1/ledger", null);
        }
        List<String> lines = Files.readAllLines(home.resolve("logs/audit.jsonl"));
        JsonNode asked = JSON.readTree(lines.get(0));
        assertThat(asked.get("subject").asText()).isEqualTo("partner@example.com");
        assertThat(asked.get("question").asText()).isEqualTo(BY_AGGREGATOR);
        assertThat(asked.get("status").asInt()).isEqualTo(200);
        JsonNode refused = JSON.readTree(lines.get(1));
        assertThat(refused.has("subject")).isFalse();
        assertThat(refused.get("status").asInt()).isEqualTo(401);
    }

    @Test
    void behindTheProxyItsAssertionIsBelievedAndNothingElse() throws Exception {
        ECKey google = new ECKeyGenerator(Curve.P_256).keyID("g1").generate();
        ECKey other = new ECKeyGenerator(Curve.P_256).keyID("g1").generate();
        Files.writeString(
                home.resolve("members.json"),
                "[{\"member\": \"Eve@Alpha.example\", \"role\": \"partner\", \"aggregators\": [\"alpha\"]}]");
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            byte[] keys = new JWKSet(google.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        issuer.start();
        String audience = "/projects/1/global/backendServices/2";
        try (ServingLayer serving = serve(
                "access.identity",
                "iap",
                "access.audience",
                audience,
                "access.members-file",
                home.resolve("members.json").toString(),
                "access.jwks-uri",
                "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys")) {
            String header = "x-goog-iap-jwt-assertion";
            String issuerName = "https://cloud.google.com/iap";
            String good = assertion(google, issuerName, audience, "eve@alpha.example", 60);
            HttpResponse<String> seen = get(serving, BY_AGGREGATOR, null, header, good);
            assertThat(seen.body()).contains("alpha").doesNotContain("beta");
            assertRefused(401, "did not come through", get(serving, BY_AGGREGATOR, good));
            for (String bad : List.of(
                    assertion(other, issuerName, audience, "eve@alpha.example", 60),
                    assertion(google, "https://evil.example", audience, "eve@alpha.example", 60),
                    assertion(google, issuerName, "/projects/9/global/backendServices/2", "eve@alpha.example", 60),
                    assertion(google, issuerName, audience, "eve@alpha.example", -120))) {
                assertRefused(401, "refused", get(serving, BY_AGGREGATOR, null, header, bad));
            }
            assertRefused(
                    401,
                    "no member",
                    get(
                            serving,
                            BY_AGGREGATOR,
                            null,
                            header,
                            assertion(google, issuerName, audience, "x@y.example", 60)));
        } finally {
            issuer.stop(0);
        }
    }

    private static String assertion(ECKey key, String issuer, String audience, String email, int seconds)
            throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(audience)
                        .subject("accounts.google.com:1")
                        .claim("email", email)
                        .issueTime(Date.from(NOW))
                        .expirationTime(Date.from(NOW.plusSeconds(seconds)))
                        .build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }
}
