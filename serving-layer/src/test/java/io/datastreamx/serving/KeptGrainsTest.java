package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_CHANNEL;
import static io.datastreamx.serving.TestLake.row;
import static io.datastreamx.serving.TestLake.sketch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.serving.report.BadQueryException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A version that keeps the 22nd by the minute, the 20th and 21st by the hour, the days before as days; live rows on
 * each.
 */
class KeptGrainsTest {
    private static final Grains GRAINS = new Grains(LocalDate.parse("2026-11-22"), LocalDate.parse("2026-11-20"));

    @TempDir
    Path home;

    private TestLake lake;
    private Ask ask;

    @BeforeEach
    void open() {
        lake = new TestLake(home.resolve("lake"));
        lake.complete(1);
        lake.keep(GRAINS);
        lake.publish(
                "v1",
                1,
                requests("2026-11-19T00:00:00Z", 1_000, 0),
                requests("2026-11-21T10:00:00Z", 100, 100),
                requests("2026-11-21T11:00:00Z", 200, 100),
                requests("2026-11-22T10:03:00Z", 10, 150));
        lake.flip("v1", 1);
        lake.complete(
                2,
                requests("2026-11-19T23:59:00Z", 5, 0),
                requests("2026-11-21T10:59:00Z", 7, 250),
                requests("2026-11-22T10:04:00Z", 1, 0));
        ask = new Ask(lake);
    }

    @AfterEach
    void close() {
        ask.close();
    }

    private static Map<String, Object> requests(String minute, int requests, int firstDevice) {
        return row(
                AGGREGATOR_CHANNEL,
                Instant.parse(minute),
                "channel_id",
                "news",
                "requests",
                requests,
                "devices",
                sketch(firstDevice, 100));
    }

    private List<List<Object>> table(String... parameters) {
        return ask.report(parameters).rows().stream()
                .map(row -> (List<Object>) new ArrayList<>(row.values()))
                .toList();
    }

    @Test
    void coarseRowsAndLiveMinutesAddUp() {
        assertThat(table("by=day", "measures=requests"))
                .containsExactly(
                        List.of("2026-11-19T00:00:00Z", 1_005L),
                        List.of("2026-11-21T00:00:00Z", 307L),
                        List.of("2026-11-22T00:00:00Z", 11L));
        assertThat(table("by=hour", "measures=requests", "from=2026-11-20"))
                .containsExactly(
                        List.of("2026-11-21T10:00:00Z", 107L),
                        List.of("2026-11-21T11:00:00Z", 200L),
                        List.of("2026-11-22T10:00:00Z", 11L));
        assertThat(table("by=minute", "measures=requests", "from=2026-11-22"))
                .containsExactly(List.of("2026-11-22T10:03:00Z", 10L), List.of("2026-11-22T10:04:00Z", 1L));
        assertThat(table("measures=requests", "from=2026-11-21T10:00:00Z", "to=2026-11-22T10:04:00Z"))
                .containsExactly(List.of(317L));
        assertThat(table("measures=requests,unique_devices", "from=2026-11-21", "to=2026-11-22"))
                .containsExactly(List.of(307L, 200L));
        assertThat(table("by=minute", "view=live", "measures=requests", "to=2026-11-21T10:59:00Z"))
                .containsExactly(List.of("2026-11-19T23:59:00Z", 5L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "by=minute                                   | by=minute has no answer: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask by=day, or with from=2026-11-22",
                "by=minute&from=2026-11-20T07:00:00Z         | by=minute has no answer: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask by=hour, or with from=2026-11-22",
                "by=channel,minute&view=batch&to=2026-11-22  | by=minute has no answer: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask by=day",
                "by=hour                                     | by=hour has no answer: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask by=day, or with from=2026-11-20",
                "from=2026-11-21T10:30:00Z                   | 'from' lies within an hour that is kept as a whole: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask with from=2026-11-21T10:00:00Z or from=2026-11-21T11:00:00Z",
                "by=day&to=2026-11-19T12:00:00Z              | 'to' lies within a day that is kept as a whole: minutes are kept since 2026-11-22, hours since 2026-11-20, before that days. Ask with to=2026-11-19T00:00:00Z or to=2026-11-20T00:00:00Z"
            })
    void whatIsNotKeptIsRefusedWithWhatIs(String query, String message) {
        assertThatThrownBy(() -> ask.report(query.strip().split("&")))
                .isInstanceOf(BadQueryException.class)
                .hasMessage(message);
    }

    @Test
    void aRollbackBringsMinutesBack() {
        lake.keep(Grains.MINUTES);
        lake.publish("v0", 1, requests("2026-11-19T12:34:00Z", 1_000, 0));
        lake.flip("v0", 1);
        lake.keep(GRAINS);
        lake.publish("v2", 2, requests("2026-11-19T00:00:00Z", 1_005, 0));
        lake.flip("v2", 2);
        ask.poll();
        assertThatThrownBy(() -> ask.report("by=minute")).hasMessageContaining("minutes are kept since 2026-11-22");
        lake.keep(Grains.MINUTES);
        lake.rollback("v0", 1);
        ask.poll();
        assertThat(table("by=minute", "measures=requests", "to=2026-11-20"))
                .containsExactly(List.of("2026-11-19T12:34:00Z", 1_000L), List.of("2026-11-19T23:59:00Z", 5L));
    }

    /** Windows that reach beyond minutes or hours, by the clock of each, and all there is. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:05:30Z, 1440, hour, 2026-11-21T10:00:00Z, 318",
        "2026-11-22T00:10:00Z,   30, hour, 2026-11-21T23:00:00Z, 11",
        "2026-11-20T00:10:00Z,   30, day,  2026-11-19T00:00:00Z, 1323",
        "2026-11-22T10:05:30Z,   30, minute, 2026-11-22T09:36:00Z, 11",
        "2026-11-22T10:05:30Z,    0, day, '', 1323"
    })
    void thePageShowsWhatIsKept(String now, int minutes, String grain, String from, long requests) throws Exception {
        try (ServingLayer serving = ServingLayer.start(
                TestSettings.of(home, "127.0.0.1:1"), Clock.fixed(Instant.parse(now), ZoneOffset.UTC))) {
            JsonNode figures = figures(serving, minutes);
            assertThat(figures.get("grain").asText()).isEqualTo(grain);
            assertThat(figures.get("from").asText()).isEqualTo(from);
            assertThat(figures.at("/totals/requests").asLong()).isEqualTo(requests);
            long charted = 0;
            for (JsonNode point : figures.get("series")) {
                assertThat(point.has(grain)).isTrue();
                charted += point.get("requests").asLong();
            }
            assertThat(charted).isEqualTo(requests);
        }
    }

    private static JsonNode figures(ServingLayer serving, int minutes) throws Exception {
        HttpResponse<Stream<String>> stream = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(serving.url() + "/v1/stream?minutes=" + minutes))
                                .header("Accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = stream.body()) {
            String data = lines.dropWhile(line -> !line.equals("event:figures") && !line.equals("event: figures"))
                    .filter(line -> line.startsWith("data:"))
                    .findFirst()
                    .orElseThrow();
            return new ObjectMapper().readTree(data.substring(5));
        }
    }
}
