package io.datastreamx.ml.training.caps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.log.Odds;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.CapPacing;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.InverseGapWeighting;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.Scorer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Days of random worlds in which some aggregators take only a part of what they could fill. */
class CapPlannerTest {
    private static final Instant YESTERDAY = Instant.parse("2026-11-21T00:00:00Z");
    private static final int REQUESTS = 12_000;
    private static final int SAMPLE_EVERY = 6;
    private static final int CHANNELS = 8;
    private static final int WORLDS = 6;

    /** Aggregators whose fill and value depend on the channel, and on the hour: evenings are dear. */
    private static final class World implements Scorer {
        final int count = 5;
        final double[][] fill = new double[count][CHANNELS];
        final double[][] value = new double[count][CHANNELS];
        final double[] evening = new double[count];
        List<AggregatorTerms> terms = new ArrayList<>();

        World(Random random) {
            for (int a = 0; a < count; a++) {
                evening[a] = 1 + random.nextDouble();
                double price = 1_000_000 + 3_000_000 * random.nextDouble();
                for (int channel = 0; channel < CHANNELS; channel++) {
                    fill[a][channel] = 0.1 + 0.7 * random.nextDouble();
                    value[a][channel] = price * Math.exp(0.4 * random.nextGaussian());
                }
                terms.add(terms(a, (long) price, 0));
            }
        }

        static AggregatorTerms terms(int a, long price, long cap) {
            return new AggregatorTerms("a" + a, "http://x/" + a, true, a + 1, price, 100_000_000, cap, 200, "USD");
        }

        /** So much of what each would fill without caps, for the first two. */
        void cap(double[] fills, double share) {
            List<AggregatorTerms> capped = new ArrayList<>();
            for (int a = 0; a < count; a++) {
                long cap = a < 2 ? Math.max(1, Math.round(share * fills[a])) : 0;
                capped.add(terms(a, terms.get(a).contractPriceMicros(), cap));
            }
            terms = capped;
        }

        @Override
        public Expectation estimate(AdSlot slot, AggregatorTerms aggregator) {
            int a = Integer.parseInt(aggregator.aggregatorId().substring(1));
            int channel = Integer.parseInt(slot.context().channelId());
            int hour = slot.time().atOffset(ZoneOffset.UTC).getHour();
            return new Expectation(fill[a][channel], 1, value[a][channel] * (hour >= 18 ? evening[a] : 1), 1);
        }
    }

    /** Requests of a day: half of them come after six in the evening. */
    private static List<AdRequest> day(Instant start, Random random) {
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            seconds.add((long) (random.nextBoolean() ? 64_800 + random.nextInt(21_600) : random.nextInt(64_800)));
        }
        seconds.sort(null);
        List<AdRequest> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            Context context = new Context(Integer.toString(random.nextInt(CHANNELS)), null, null, "r", "d");
            Instant time = start.plusSeconds(seconds.get(i));
            requests.add(new AdRequest("q" + i, "box", time, context, 320, 0, null, null, null, null));
        }
        return requests;
    }

    private static DecisionRow row(AdRequest request, World world) {
        List<Odds> ranked = world.terms.stream()
                .map(each -> new Odds(each.aggregatorId(), 1.0 / world.count))
                .toList();
        return new DecisionRow(
                request.requestId(),
                request.context(),
                request.time(),
                request.time(),
                request.time(),
                request.time(),
                request.tmaxMs(),
                0,
                ranked,
                ranked,
                "p",
                null,
                List.of(),
                null,
                null);
    }

    /** What a day earned, and whose cap was overrun. */
    private record Earned(double micros, double[] fills, boolean overrun) {}

    /** A day as it goes, with the costs looked up each minute. */
    private static Earned live(World world, List<AdRequest> day, Map<String, CapPlan> plans, Random random) {
        Exploration none = new Exploration(1e9, 0);
        PolicyDocument policy = new PolicyDocument("p", false, none, 0, world.terms, Map.of(), null)
                .learned("p", none, 0, new Findings(Map.of(), Map.of(), plans), new ArtifactRef("m", "m", "0"));
        double earned = 0;
        double[] fills = new double[world.count];
        long minute = -1;
        PolicySnapshot snapshot = null;
        InverseGapWeighting routing = new InverseGapWeighting();
        for (AdRequest request : day) {
            Set<String> exhausted = new HashSet<>();
            for (int a = 0; a < world.count; a++) {
                long cap = world.terms.get(a).dailyCap();
                if (cap > 0 && fills[a] >= cap) {
                    exhausted.add("a" + a);
                }
            }
            if (request.time().getEpochSecond() / 60 != minute
                    || !snapshot.exhausted().equals(exhausted)) {
                minute = request.time().getEpochSecond() / 60;
                Map<String, Long> costs = new HashMap<>();
                plans.forEach((id, plan) -> {
                    int a = Integer.parseInt(id.substring(1));
                    costs.put(id, CapPacing.fillCostMicros(plan, world.terms.get(a), (long) fills[a], request.time()));
                });
                LocalDate today = LocalDate.ofInstant(request.time(), ZoneOffset.UTC);
                snapshot = new PolicySnapshot(
                        policy, Optional.of(world), Set.of(), today, exhausted, costs, Map.of(), "s", Optional.empty());
            }
            Decision decision = routing.decide(request, request.time(), snapshot);
            for (String id : decision.attempts()) {
                int a = Integer.parseInt(id.substring(1));
                Expectation expected = world.estimate(AdSlot.of(request, request.time()), world.terms.get(a));
                if (random.nextDouble() < expected.fill()) {
                    earned += expected.valueMicros();
                    fills[a]++;
                    break;
                }
            }
        }
        boolean overrun = false;
        for (int a = 0; a < world.count; a++) {
            overrun |= world.terms.get(a).dailyCap() > 0
                    && fills[a] > world.terms.get(a).dailyCap();
        }
        return new Earned(earned, fills, overrun);
    }

    private static double bound(World world, List<AdRequest> day) {
        List<CapProgramme.Request> requests = new ArrayList<>();
        double[] caps = new double[world.count];
        for (int a = 0; a < world.count; a++) {
            long cap = world.terms.get(a).dailyCap();
            caps[a] = cap == 0 ? Double.POSITIVE_INFINITY : cap;
        }
        for (AdRequest request : day) {
            List<CapProgramme.Offer> offers = new ArrayList<>();
            for (int a = 0; a < world.count; a++) {
                Expectation expected = world.estimate(AdSlot.of(request, request.time()), world.terms.get(a));
                offers.add(new CapProgramme.Offer(a, expected.fill(), expected.valueMicros(), expected.answerMs()));
            }
            requests.add(new CapProgramme.Request(offers, 300));
        }
        return CapProgramme.solve(requests, caps).boundMicros();
    }

    @Test
    void yesterdaysCostsCorrectedByTheMinuteEarnNearlyTheBoundAndOverrunNothing() {
        double planned = 0;
        double untilExhausted = 0;
        double worst = 1;
        for (int i = 0; i < WORLDS; i++) {
            Random random = new Random(100 + i);
            World world = new World(random);
            List<AdRequest> yesterday = day(YESTERDAY, random);
            List<AdRequest> today = day(YESTERDAY.plusSeconds(86_400), random);
            double[] uncapped = live(world, yesterday, Map.of(), random).fills();
            world.cap(uncapped, 0.25 + 0.25 * random.nextDouble());
            List<DecisionRow> sample = new ArrayList<>();
            for (int row = 0; row < REQUESTS; row += SAMPLE_EVERY) {
                sample.add(row(yesterday.get(row), world));
            }
            Map<String, CapPlan> plans = CapPlanner.plan(sample, SAMPLE_EVERY, world, world.terms);
            assertEquals(Set.of("a0", "a1"), plans.keySet());
            double bound = bound(world, today);
            Earned earned = live(world, today, plans, new Random(i));
            assertTrue(!earned.overrun(), "no cap is overrun");
            double share = earned.micros() / bound;
            planned += share / WORLDS;
            worst = Math.min(worst, share);
            untilExhausted += live(world, today, Map.of(), new Random(i)).micros() / bound / WORLDS;
        }
        String shares = String.format(
                "of the linear programme's bound: with costs %.4f (worst %.4f), until exhausted %.4f",
                planned, worst, untilExhausted);
        System.out.println(shares);
        assertTrue(planned >= 0.95, shares);
        assertTrue(untilExhausted < planned - 0.02, shares);
    }

    @Test
    void aCapThatDoesNotBindCostsNothing() {
        Random random = new Random(7);
        World world = new World(random);
        List<AdRequest> day = day(YESTERDAY, random);
        world.cap(live(world, day, Map.of(), random).fills(), 2);
        List<DecisionRow> rows =
                day.stream().map(request -> row(request, world)).toList();
        CapPlan plan = CapPlanner.plan(rows, 1, world, world.terms).get("a0");
        assertEquals(0, plan.fillCostMicros());
        assertEquals(
                0.5,
                plan.hourlyShare().stream().mapToDouble(Double::doubleValue).sum(),
                0.05);
        assertTrue(CapPlanner.plan(List.of(), 1, world, world.terms).isEmpty(), "an empty day plans nothing");
    }

    /** One aggregator, two values, a cap of half: the lower value is what a fill costs. */
    @Test
    void theCostIsWhatTheCapsLastFillWouldEarnElsewhere() {
        List<CapProgramme.Request> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            double value = i % 2 == 0 ? 4_000_000 : 1_000_000;
            requests.add(new CapProgramme.Request(List.of(new CapProgramme.Offer(0, 1, value, 1)), 300));
        }
        CapProgramme.Solution half = CapProgramme.solve(requests, new double[] {25});
        assertEquals(4_000_000, half.costMicros()[0], 20_000);
        assertEquals(100_000_000, half.boundMicros(), 200_000);
        CapProgramme.Solution most = CapProgramme.solve(requests, new double[] {75});
        assertEquals(1_000_000, most.costMicros()[0], 20_000);
        assertEquals(225_000_000, most.boundMicros(), 500_000);
    }
}
