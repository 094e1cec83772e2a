package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorldTest {
    private static final String SMALL = """
            name = small
            channels { count = 3 }
            regions = [north]
            device-models = [m1]
            aggregators = [
              { id = a, fill-log-odds = 0, price-micros = 1000000, latency-median-ms = 20, latency-sigma = 0.5, watched-log-odds = 1, timeout-ms = 100 }
              { id = b, fill-log-odds = 1, price-micros = 2000000, latency-median-ms = 20, latency-sigma = 0.5, watched-log-odds = 1, timeout-ms = 100 }
            ]
            """;

    @Test
    void allThatShipAreValidAndBearTheirNames() {
        assertTrue(World.names().size() > 20, World.names().toString());
        for (String name : World.names()) {
            assertEquals(name, World.named(name).name());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "boxes = 0 | boxes is 0; it must be a whole number from 1 to 10000000 (line",
                "boxes = many | boxes is many; it must be a whole number",
                "colour = red | colour is unknown; a world may have [aggregators, boxes,",
                "effects.fill.channel = -1 | effects.fill.channel is -1; it must be a number from 0 to 5",
                "effects.fill.colour = 1 | effects.fill.colour is unknown; effects.fill may have [box, channel,",
                "aggregators = [] | aggregators is []; it must be a list of at least one aggregator",
                "aggregators = [{ id = a }] | aggregators[0].price-micros is missing; it must be a whole number",
                "channels.back = 0.9 | channels.back is 0.9; it must be at most 1 together with neighbour",
                "traffic.hours = [1, 2] | traffic.hours is [1, 2]; it must be one weight, or 24, not all 0",
                "traffic.floors-micros = [a] | traffic.floors-micros is [a]; it must be a list of numbers from 0",
                "regions = [x, x] | regions is [x, x]; it must be a list of different texts",
                "drift = [{ kind = flood }] | drift[0].kind is flood; it must be one of [price-swap, price-change,",
                "'drift = [{ kind = outage, day = 1, hours = 2, aggregator = c, by = timeout }]' | drift[0].aggregator is c; it must be one of [a, b]",
                "'drift = [{ kind = outage, day = 1, hours = 2, aggregator = a, by = fire }]' | drift[0].by is fire; it must be one of [no-content, timeout]",
                "'drift = [{ kind = price-swap, day = 1, aggregators = [a] }]' | drift[0].aggregators is [a]; it must be two of [a, b]",
                "'drift = [{ kind = arrival, day = 1, aggregator = a }, { kind = arrival, day = 1, aggregator = b }]' | one aggregator is there from the start",
                "correlation = 1 | correlation is 1; it must be a number from 0 to 0.99",
                "boxes = { | is not HOCON"
            })
    void whatIsWrongIsNamedWithWhatIsAllowed(String line, String complaint) {
        WorldException e = assertThrows(WorldException.class, () -> World.parse("small.conf", SMALL + line + "\n"));
        assertTrue(e.getMessage().startsWith("world file small.conf"), e.getMessage());
        assertTrue(e.getMessage().contains(complaint), e.getMessage());
    }

    @Test
    void aWorldThatIsNotThereIsNamedWithThoseThatAre() {
        assertTrue(assertThrows(WorldException.class, () -> World.of("nowhere"))
                .getMessage()
                .contains("demo"));
        assertTrue(assertThrows(WorldException.class, () -> World.read(Path.of("no", "such.conf")))
                .getMessage()
                .contains("cannot be read"));
    }

    @Test
    void driftHappensWhenItIsDue() {
        World world = World.parse("small.conf", SMALL + """
                drift = [
                  { kind = price-swap, day = 2, aggregators = [a, b] }
                  { kind = price-change, day = 4, aggregator = a, factor = 0.5 }
                  { kind = outage, day = 5, hours = 12, aggregator = a, by = no-content }
                  { kind = outage, day = 6, hours = 12, aggregator = a, by = timeout }
                  { kind = arrival, day = 1, aggregator = b }
                ]
                """);
        Instant start = Instant.parse("2026-01-05T00:00:00Z");
        Truth truth = Truth.of(world, 1, start);
        assertEquals(1_000_000, at(truth, start, 0, "a").meanPriceMicros(), 1e-3);
        assertEquals(0.5, at(truth, start, -1, "a").fill(), 1e-9, "who does not arrive was always there");
        assertEquals(0, at(truth, start, 0.9, "b").fill());
        assertEquals(false, truth.isThere("b", start));
        assertEquals(true, truth.isThere("b", start.plusSeconds(86_400)));
        assertTrue(at(truth, start, 1.1, "b").fill() > 0.7);
        assertEquals(2_000_000, at(truth, start, 2.1, "a").meanPriceMicros(), 1e-3);
        assertEquals(1_000_000, at(truth, start, 2.1, "b").meanPriceMicros(), 1e-3);
        assertEquals(1_000_000, at(truth, start, 4.1, "a").meanPriceMicros(), 1e-3);
        assertEquals(0, at(truth, start, 5.2, "a").fill());
        assertEquals(0.5, at(truth, start, 5.6, "a").fill(), 1e-9);
        assertEquals(0, at(truth, start, 6.2, "a").answerWithin(1_000));
        assertTrue(at(truth, start, 6.6, "a").answerWithin(1_000) > 0.99);
    }

    @Test
    void inTheNullWorldAllAreAlike() {
        World world = World.named("null");
        Truth truth = Truth.of(world, 1, Instant.EPOCH);
        TruthContext context = new TruthContext("ch-01", null, null, "r-1", "m-1", Instant.EPOCH);
        List<Double> worth = truth.aggregatorIds().stream()
                .map(id -> truth.expectedRevenueMicrosPerRequest(id, context))
                .distinct()
                .toList();
        assertEquals(1, worth.size(), worth.toString());
    }

    private static Chances at(Truth truth, Instant start, double day, String aggregator) {
        Instant time = start.plusMillis((long) (day * 86_400_000));
        return truth.chances(aggregator, new TruthContext("ch-01", null, null, "north", "m1", time));
    }
}
