package io.datastreamx.simulator.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The worlds that ship, but for the demo's, are drawn from families: here is how. The files are what this says; after a
 * change write them anew with {@code -Dworlds.write=true}.
 */
class WorldFamiliesTest {
    private static final Path FOLDER = Path.of(System.getProperty("basedir"), "src", "main", "resources", "worlds");
    private static final String ADDITIVE = """
            effects {
              fill { channel = 0.9, region = 0.5, device = 0.5, previous = 0.2, last-ad = 0.2, hour = 0.25 }
              watched { channel = 0.4, device = 0.4, last-ad = 0.2 }
              price { channel = 0.30, region = 0.20 }
            }
            """;
    private static final String CROSSED = """
            effects {
              fill { channel = 0.5, region = 0.3, device = 0.3, hour = 0.3, channel-region = 0.6, channel-hour = 0.5, channel-hour-region = 0.5 }
              watched { channel = 0.3, device = 0.3, channel-region = 0.4, device-hour = 0.3 }
              price { channel = 0.25, region = 0.15, channel-region = 0.25 }
            }
            """;
    private static final String EVENINGS =
            "traffic { hours = [3, 2, 1, 1, 1, 2, 4, 6, 6, 5, 5, 6, 7, 7, 6, 6, 7, 9, 12, 15, 16, 14, 9, 5], tmax-ms = [%s] }\n";
    private static final String ORDINARY = EVENINGS.formatted("300, 500, 700, 1000");

    private final Map<String, String> files = new LinkedHashMap<>();

    @Test
    void theFilesAreWhatTheFamiliesSay() throws IOException {
        for (int seed = 1; seed <= 3; seed++) {
            world("additive", seed, "Additive effects, nothing changes", 6, 12, ORDINARY + ADDITIVE, "");
            world("crossed", seed, "Effects of channel, hour and region together", 6, 12, ORDINARY + CROSSED, "");
        }
        for (int seed = 1; seed <= 2; seed++) {
            world(
                    "heavy",
                    seed,
                    "Prices with heavy tails and spikes",
                    6,
                    12,
                    ORDINARY + ADDITIVE,
                    "price-sigma = 0.9, spike-share = 0.01, spike-factor = 20");
            world(
                    "load",
                    seed,
                    "Answers are slow in the evening, and time is short",
                    6,
                    12,
                    EVENINGS.formatted("200, 300, 400") + ADDITIVE,
                    "load = 2.0");
            world(
                    "floors",
                    seed,
                    "Floors that many prices do not reach",
                    6,
                    12,
                    EVENINGS.formatted("300, 500, 700, 1000")
                                    .replace(" }", ", floors-micros = [0, 3000000, 6000000, 9000000] }")
                            + ADDITIVE,
                    "price-sigma = 0.5");
            world(
                    "correlated",
                    seed,
                    "Fills of one request go together",
                    6,
                    12,
                    ORDINARY + ADDITIVE + "correlation = 0.5\n",
                    "");
            world(
                    "fatigue",
                    seed,
                    "Boxes tire of ads that they saw",
                    6,
                    12,
                    ORDINARY + ADDITIVE + "fatigue { per-view = 0.8, half-life-hours = 12 }\nboxes = 600\n",
                    "");
            world(
                    "late",
                    seed,
                    "A third of the completions are told hours late",
                    6,
                    12,
                    ORDINARY + ADDITIVE + "completion { late-share = 0.33, late-median-s = 7200, late-sigma = 1.0 }\n",
                    "");
            world("many", seed, "Twelve aggregators, sixty channels", 12, 60, ORDINARY + CROSSED, "");
            world(
                    "hidden",
                    seed,
                    "Boxes have tastes that no context names, devices have hours",
                    6,
                    12,
                    ORDINARY + ADDITIVE.replace("hour = 0.25 }", "hour = 0.25, box = 1.0, device-hour = 0.6 }"),
                    "");
            world(
                    "caps",
                    seed,
                    "Each aggregator takes an eighth of the requests at most",
                    6,
                    12,
                    ORDINARY + ADDITIVE,
                    "cap-share = 0.125");
            world(
                    "swap",
                    seed,
                    "On day 12 the two best swap their prices",
                    6,
                    12,
                    ORDINARY + ADDITIVE + "drift = [ { kind = price-swap, day = 12, aggregators = [ag-1, ag-2] } ]\n",
                    "");
            world(
                    "season",
                    seed,
                    "Fill and price go up and down over ten days",
                    6,
                    12,
                    ORDINARY + ADDITIVE + "drift = [ { kind = season, period-days = 10, fill = 0.8, price = 0.3 } ]\n",
                    "");
            world(
                    "newcomer",
                    seed,
                    "A seventh aggregator comes on day 12, its contract promises three times what it pays",
                    7,
                    12,
                    ORDINARY + ADDITIVE + "drift = [ { kind = arrival, day = 12, aggregator = ag-7 } ]\n",
                    "");
        }
        world(
                "change",
                1,
                "On day 12 one aggregator pays half",
                6,
                12,
                ORDINARY + ADDITIVE
                        + "drift = [ { kind = price-change, day = 12, aggregator = ag-1, factor = 0.5 } ]\n",
                "");
        world(
                "outage",
                1,
                "Two aggregators give nothing for some hours, by 204",
                6,
                12,
                ORDINARY + ADDITIVE + outages("no-content"),
                "");
        world(
                "outage",
                2,
                "Two aggregators give nothing for some hours, by timeout",
                6,
                12,
                ORDINARY + ADDITIVE + outages("timeout"),
                "");
        files.put("null", nothing());
        List<String> names = new ArrayList<>(List.of(World.DEMO));
        names.addAll(files.keySet());
        compare(FOLDER.resolve("names"), String.join("\n", names) + "\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            World.parse(file.getKey(), file.getValue());
            compare(FOLDER.resolve(file.getKey() + ".conf"), file.getValue());
        }
    }

    private static void compare(Path file, String wanted) throws IOException {
        if (Boolean.getBoolean("worlds.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, wanted);
        }
        assertEquals(wanted, Files.readString(file), file + " differs; write it anew with -Dworlds.write=true");
    }

    private static String outages(String by) {
        return """
            drift = [
              { kind = outage, day = 12.4, hours = 8, aggregator = ag-1, by = %s }
              { kind = outage, day = 20.6, hours = 8, aggregator = ag-2, by = %s }
            ]
            """.formatted(by, by);
    }

    private void world(
            String family, int seed, String description, int aggregators, int channels, String more, String ofEach) {
        SplittableRandom random = new SplittableRandom(31L * family.hashCode() + seed);
        StringBuilder file = new StringBuilder();
        file.append("# Drawn from the family %s; see WorldFamiliesTest.%n"
                .formatted(family)
                .replace("\r", ""));
        file.append("name = %s-%d\ndescription = \"%s\"\nseed = %d\n"
                .formatted(family, seed, description, 1_000 + Math.abs(family.hashCode() % 1_000) * 10 + seed));
        file.append("channels { count = %d, popularity = 0.7, neighbour = 0.4, back = 0.2, stay-seconds = 1200 }\n"
                .formatted(channels));
        file.append("regions = [r-1, r-2, r-3, r-4, r-5, r-6]\ndevice-models = [m-1, m-2, m-3, m-4]\n");
        file.append("aggregators = [\n");
        for (int a = 1; a <= aggregators; a++) {
            file.append(aggregator(a, random, family.equals("newcomer") && a == aggregators, ofEach));
        }
        file.append("]\n").append(more);
        files.put(family + "-" + seed, file.toString());
    }

    /** Dear ones fill rarely: they earn about the same on average. */
    private static String aggregator(int number, SplittableRandom random, boolean promises, String ofEach) {
        double fill = 1.1 * random.nextGaussian();
        double price = 2_500_000 * (1 + Math.exp(-fill)) * Math.exp(0.25 * random.nextGaussian());
        long micros = Math.round(Math.min(40e6, Math.max(1e6, price)) / 100_000) * 100_000;
        String line = String.format(
                Locale.ROOT,
                "  { id = ag-%d, fill-log-odds = %.2f, price-micros = %d, latency-median-ms = %d, latency-sigma = %.2f, error = %.3f, watched-log-odds = %.2f, playback-error = %.3f, timeout-ms = %d",
                number,
                fill,
                micros,
                25 + random.nextInt(110),
                0.35 + 0.4 * random.nextDouble(),
                0.05 * random.nextDouble(),
                1.5 + 0.4 * random.nextGaussian(),
                0.03 * random.nextDouble(),
                200 + 20 * random.nextInt(3));
        return line
                + (promises ? ", contract-price-micros = " + 3 * micros : "")
                + (ofEach.isEmpty() ? "" : ", " + ofEach)
                + " }\n";
    }

    private static String nothing() {
        StringBuilder file = new StringBuilder("""
                # Nobody is better than anybody: whatever a policy believes to have learned, it has not.
                name = null
                description = "Six aggregators that are alike, whatever the context"
                seed = 1
                channels { count = 12, popularity = 0.7, neighbour = 0.4, back = 0.2, stay-seconds = 1200 }
                regions = [r-1, r-2, r-3, r-4, r-5, r-6]
                device-models = [m-1, m-2, m-3, m-4]
                aggregators = [
                """.replace("name = null", "name = \"null\""));
        for (int a = 1; a <= 6; a++) {
            file.append(
                    "  { id = ag-%d, fill-log-odds = 0, price-micros = 5000000, latency-median-ms = 60, latency-sigma = 0.5, error = 0.01, watched-log-odds = 1.5, playback-error = 0.01, timeout-ms = 200 }\n"
                            .formatted(a));
        }
        return file.append("]\n").append(ORDINARY).toString();
    }
}
