package io.datastreamx.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;

/**
 * The small Open Bandit log (https://arxiv.org/abs/2008.07146), campaign "men": real clicks, logged once by even odds
 * and once by Bernoulli Thompson sampling. It is not part of the project; where it lies beside it, estimators and
 * support say of it what the Open Bandit Pipeline does.
 */
class OpenBanditTest {
    private static final int ITEMS = 34;
    private static final int PLACES = 3;
    /** Largest ratio that switch-DR believes; beyond all that there are. */
    private static final double SWITCH_AT = 1_000;

    /** What Thompson sampling had seen of each item when its log began: prior_bts.yaml of the Open Bandit Pipeline. */
    private static final int[] CLICKS = {
        47, 8, 62, 142, 3, 6, 100, 48, 23, 71, 61, 13, 16, 518, 30, 7, 4, 23, 8, 10, 11, 11, 18, 121, 11, 4, 32, 30, 9,
        22, 6, 23, 5, 54
    };

    private static final int[] NO_CLICKS = {
        12198, 3566, 15993, 35522, 2367, 3100, 24665, 13210, 7061, 18061, 17449, 5644, 6787, 111326, 8776, 3334, 2271,
        7389, 2659, 3665, 4724, 3561, 5085, 27407, 4601, 2923, 8897, 8654, 4000, 6580, 3174, 6766, 2602, 14506
    };

    private record Shown(int item, int place, double click, double odds) {}

    @Test
    void evenOddsJudgedByTheLogOfThompsonSampling() throws IOException {
        List<Shown> log = log("bts");
        assertThat(clicks(log)).isCloseTo(0.0069, within(1e-9));
        Estimate ips = Estimates.of(
                Estimator.IPS,
                log.stream().map(shown -> term(shown, 1.0 / ITEMS)).toList());
        assertThat(ips.value()).isCloseTo(0.0030, within(5e-5));
        assertThat(ips.high() - ips.value()).isCloseTo(0.0015, within(5e-5));
        assertThat(ips.effectiveSampleSize()).isCloseTo(656, within(0.5));
        assertThat(ips.maxWeight()).isCloseTo(178, within(0.5));
    }

    @Test
    void thompsonSamplingJudgedByTheLogOfEvenOdds() throws IOException {
        List<Shown> log = log("random");
        assertThat(clicks(log)).isCloseTo(0.0046, within(1e-9));
        double[][] policy = thompson(40_000);
        List<Term> terms = log.stream()
                .map(shown -> term(shown, policy[shown.place() - 1][shown.item()]))
                .toList();
        Estimate ips = Estimates.of(Estimator.IPS, terms);
        assertThat(ips.value()).isCloseTo(0.0045, within(1e-4));
        assertThat(ips.high() - ips.value()).isCloseTo(0.0023, within(1e-4));
        // The policy's odds are drawn; theirs were too.
        assertThat(ips.effectiveSampleSize()).isCloseTo(2_482, within(60.0));
        assertThat(ips.maxWeight()).isCloseTo(10.7, within(0.15));
        // What Thompson sampling earned when it was asked lies within what the other log says of it.
        assertThat(0.0069).isBetween(ips.low(), ips.high() + 0.0016);

        Support support = new Support();
        List<String> items =
                IntStream.range(0, ITEMS).mapToObj(item -> "i" + item).toList();
        double[] even = new double[ITEMS];
        Arrays.fill(even, 1.0 / ITEMS);
        log.forEach(shown -> support.add(items, even, policy[shown.place() - 1], shown.item()));
        assertThat(support.refusals()).isEmpty();
        assertThat(support.effectiveSampleSize()).isCloseTo(ips.effectiveSampleSize(), within(1e-6));
    }

    private static Term term(Shown shown, double odds) {
        return Term.of(new Step(odds / shown.odds(), shown.click(), 0, 0), SWITCH_AT);
    }

    private static double clicks(List<Shown> log) {
        return log.stream().mapToDouble(Shown::click).average().orElseThrow();
    }

    /** How likely each item stands at each place, by so many draws. */
    private static double[][] thompson(int draws) {
        Well19937c random = new Well19937c(12_345);
        GammaDistribution[] clicked = gammas(random, CLICKS);
        GammaDistribution[] not = gammas(random, NO_CLICKS);
        double[][] odds = new double[PLACES][ITEMS];
        for (int draw = 0; draw < draws; draw++) {
            double[] rates = new double[ITEMS];
            for (int item = 0; item < ITEMS; item++) {
                double one = clicked[item].sample();
                rates[item] = one / (one + not[item].sample());
            }
            for (int place = 0; place < PLACES; place++) {
                int best = 0;
                for (int item = 1; item < ITEMS; item++) {
                    best = rates[item] > rates[best] ? item : best;
                }
                odds[place][best] += 1.0 / draws;
                rates[best] = -1;
            }
        }
        return odds;
    }

    private static GammaDistribution[] gammas(Well19937c random, int[] shapes) {
        return Arrays.stream(shapes)
                .mapToObj(shape -> new GammaDistribution(random, shape, 1))
                .toArray(GammaDistribution[]::new);
    }

    private static List<Shown> log(String name) throws IOException {
        Path file = root().resolveSibling("shared/data/open-bandit-men").resolve(name + ".csv.gz");
        assumeTrue(Files.isReadable(file), () -> "skipped: the Open Bandit log is not at " + file);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            List<String> columns = List.of(lines.readLine().split(","));
            int item = columns.indexOf("item_id");
            int place = columns.indexOf("position");
            int click = columns.indexOf("click");
            int odds = columns.indexOf("propensity_score");
            return lines.lines()
                    .map(line -> line.split(","))
                    .map(cells -> new Shown(
                            Integer.parseInt(cells[item]),
                            Integer.parseInt(cells[place]),
                            Double.parseDouble(cells[click]),
                            Double.parseDouble(cells[odds])))
                    .toList();
        }
    }

    /** Of the project, whose folder has the launcher. */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("dsx"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
