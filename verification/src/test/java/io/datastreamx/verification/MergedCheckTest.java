package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check against an API that answers from a second recount, right or with one thing wrong. */
class MergedCheckTest {
    /** Short enough that repeats are missed. */
    private static final Duration HORIZON = Duration.ofMillis(200);

    private final FactLog own = new FactLog("USD", HORIZON);
    private final FactLog answering = new FactLog("USD", HORIZON);
    private Map<String, Long> ends;
    /** What the answers leave out as seen by a night, and the cut that they state. */
    private Map<String, Long> night = Map.of();

    private long cut = -1;
    /** Since when it answers by these; all others since ever. */
    private Map<Interval, String> kept = Map.of();

    private Consumer<ObjectNode> spoilReport = report -> {};
    private Consumer<ObjectNode> spoilLedger = ledger -> {};
    private HttpServer server;
    private MergedCheck check;

    @BeforeEach
    void start() throws IOException {
        Generated.fill(own, Generated.records(2, 6_000));
        ends = Generated.fill(answering, Generated.records(2, 6_000));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/reports", this::report);
        server.createContext("/v1/ledger", this::ledger);
        server.start();
        check = new MergedCheck(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), own::upTo);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void equalAnswersAreEqual() {
        MergedCheck.Result result = check.check();
        assertTrue(result.equal(), result.differences().toString());
        assertEquals(7, result.lastBatch());
        assertEquals(6_000, result.read());
        assertTrue(result.compared() > 1_000);
    }

    @Test
    void rowsOfZerosAreAsGoodAsAbsent() {
        spoilReport = report -> {
            ObjectNode row = rows(report).get(0).deepCopy();
            row.put(row.has("aggregator_id") ? "aggregator_id" : "previous_channel_id", "nobody");
            Totals.measures().forEach(measure -> row.put(measure, 0));
            rows(report).add(row);
        };
        assertTrue(check.check().equal());
    }

    @Test
    void aSingleChangedNumberIsFound() {
        spoilReport = report -> {
            ObjectNode row = (ObjectNode) rows(report).get(0);
            row.put("fills", row.get("fills").longValue() + 1);
        };
        MergedCheck.Result result = check.check();
        assertFalse(result.equal());
        assertEquals(8, result.differences().size(), "one in each report");
        assertTrue(
                result.differences()
                        .get(0)
                        .matches(
                                "rollup aggregator_id × channel_id, .*, fills: expected \\d+, got \\d+, at batch 7 .*"),
                result.differences().get(0));
    }

    @Test
    void aMissingRowIsFound() {
        spoilReport = report -> rows(report).remove(rows(report).size() - 1);
        assertFalse(check.check().equal());
    }

    @Test
    void anAddedRowIsFound() {
        spoilReport = report -> {
            ObjectNode row = rows(report).get(0).deepCopy();
            row.put(row.has("aggregator_id") ? "aggregator_id" : "previous_channel_id", "nobody");
            rows(report).add(row);
        };
        assertFalse(check.check().equal());
    }

    @Test
    void aDuplicateThatWasCountedIsFound() {
        FactLog blind = new FactLog("USD", Duration.ZERO);
        Generated.fill(blind, Generated.records(2, 6_000));
        Totals doubled = blind.upTo(ends);
        assertEquals(0, doubled.duplicate());
        spoilLedger = ledger -> ledger.put("accepted", doubled.accepted()).put("duplicate", 0);
        MergedCheck.Result result = check.check();
        assertFalse(result.equal());
        assertEquals(2, result.differences().size(), result.differences().toString());
    }

    @Test
    void anOffsetThatNobodyAccountsForIsFound() {
        spoilLedger = ledger -> ledger.put("lost", 1);
        MergedCheck.Result result = check.check();
        assertEquals(1, result.differences().size(), result.differences().toString());
        assertTrue(
                result.differences().get(0).contains("read + absent + lost"),
                result.differences().get(0));
    }

    @Test
    void ofOlderDaysHoursAndDaysAreCompared() {
        List<Long> minutes = own.upTo(ends).sums().values().stream()
                .flatMap(rows -> rows.keySet().stream())
                .map(Totals.Row::minute)
                .sorted()
                .toList();
        List<String> midnights = Stream.of(0.7, 0.3)
                .map(share -> minutes.get((int) (share * minutes.size())))
                .map(minute ->
                        Instant.ofEpochSecond(60 * Interval.DAY.startOf(minute)).toString())
                .toList();
        kept = Map.of(Interval.MINUTE, midnights.get(0), Interval.HOUR, midnights.get(1));
        MergedCheck.Result result = check.check();
        assertTrue(result.equal(), result.differences().toString());
        spoilReport = report -> {
            ObjectNode row = (ObjectNode) rows(report).get(0);
            row.put("fills", row.get("fills").longValue() + 1);
        };
        assertEquals(16, check.check().differences().size(), "one in each report");
    }

    @Test
    void whatANightRemovedIsNotExpected() {
        Map<String, Long> seen = nightEnds();
        long late = own.upTo(ends, seen).late();
        assertTrue(late > 10, "late duplicates: " + late);
        cut = 3;
        night = seen;
        MergedCheck.Result result = check.check();
        assertTrue(result.equal(), result.differences().toString());
        night = Map.of();
        assertFalse(check.check().equal(), "a night that left them in is found");
        cut = -1;
        night = seen;
        assertFalse(check.check().equal(), "what no night covers still counts");
    }

    @Test
    void anotherPositionThanThatOfTheRowsIsFound() {
        spoilReport = report -> {
            ObjectNode offsets = (ObjectNode) report.get("position").get("offsets");
            offsets.put("tuning-events-0", offsets.get("tuning-events-0").longValue() - 40);
        };
        assertFalse(check.check().equal());
    }

    private static ArrayNode rows(ObjectNode report) {
        return (ArrayNode) report.get("rows");
    }

    /** Two thirds of every partition. */
    private Map<String, Long> nightEnds() {
        Map<String, Long> seen = new HashMap<>(ends);
        seen.replaceAll((partition, end) -> end * 2 / 3);
        return seen;
    }

    private void report(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        List<String> by = List.of(query.replaceAll(".*\\bby=([^&]*).*", "$1").split(","));
        Interval interval = Arrays.stream(Interval.values())
                .filter(each -> by.contains(each.dimension()))
                .findFirst()
                .orElse(Interval.ALL_TIME);
        String from = query.contains("&from=") ? query.replaceAll(".*&from=([^&]*).*", "$1") : null;
        if (!Objects.equals(from, kept.getOrDefault(interval, null))) {
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
            return;
        }
        List<String> fields =
                by.stream().filter(field -> !field.equals(interval.dimension())).toList();
        ObjectNode report = Reports.of(
                answering.upTo(ends, night),
                fields,
                interval,
                from == null ? Long.MIN_VALUE : Instant.parse(from).getEpochSecond() / 60,
                7,
                ends);
        report.put("cut", cut);
        report.put("minutes_from", kept.get(Interval.MINUTE));
        report.put("hours_from", kept.get(Interval.HOUR));
        spoilReport.accept(report);
        respond(exchange, report);
    }

    private void ledger(HttpExchange exchange) throws IOException {
        ObjectNode ledger = Reports.ledger(answering.upTo(ends), 7, ends);
        ObjectNode batch = ledger.putArray("last").addObject().put("ingest_batch", 3);
        ObjectNode ranges = batch.putObject("offsets");
        nightEnds()
                .forEach((partition, end) -> ranges.putArray(partition).add(0).add(end));
        spoilLedger.accept(ledger);
        respond(exchange, ledger);
    }

    private static void respond(HttpExchange exchange, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
