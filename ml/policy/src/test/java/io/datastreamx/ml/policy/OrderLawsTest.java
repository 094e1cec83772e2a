package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.ExclusionReason;
import io.datastreamx.contract.decision.Position;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Correction;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What must hold for the order of any request under any policy, model, health, caps and corrections. */
class OrderLawsTest {
    private static final Instant TIME = Examples.NOON.plusMillis(10);
    private static final EventWriter WRITER = new EventWriter("USD");
    private static final EventValidator VALIDATOR = new EventValidator("USD");

    private final RoutingPolicy policy = new InverseGapWeighting();

    /** A policy with all that it may hold, and the records beside it. */
    private record World(
            PolicyDocument document,
            ModelDocument model,
            ControlRecord.Health health,
            ControlRecord.Caps caps,
            ControlRecord.Corrections corrections) {
        static World of(Random random) {
            int count = 1 + random.nextInt(6);
            List<AggregatorTerms> terms = Examples.terms(count, random);
            Map<String, Double> evidence = new HashMap<>();
            Map<String, Correction> corrections = new HashMap<>();
            Map<String, Long> costs = new HashMap<>();
            Map<String, CapPlan> plans = new HashMap<>();
            Set<String> sick = new TreeSet<>();
            for (AggregatorTerms each : terms) {
                String id = each.aggregatorId();
                if (random.nextInt(4) > 0) {
                    evidence.put(id, Math.pow(10, random.nextDouble() * 6));
                }
                if (random.nextInt(3) == 0) {
                    corrections.put(id, new Correction(factor(random), factor(random)));
                }
                if (random.nextInt(3) == 0) {
                    costs.put(id, (long) (random.nextDouble() * 3_000_000));
                    plans.put(id, new CapPlan(costs.get(id) / 2, Collections.nCopies(24, 1 / 24.0)));
                }
                if (random.nextInt(6) == 0) {
                    sick.add(id);
                }
            }
            Exploration exploration = new Exploration(random.nextInt(5) * 250.0, random.nextInt(4) * 0.01);
            PolicyDocument document = Examples.policy(terms, exploration)
                    .learned(
                            "p1",
                            exploration,
                            0.5,
                            new Findings(Map.of(), random.nextInt(4) == 0 ? Map.of() : evidence, plans),
                            new ArtifactRef("m1", "file:///m1", "00"))
                    .salted("salt" + random.nextInt());
            LocalDate day = LocalDate.ofInstant(TIME, ZoneOffset.UTC).minusDays(random.nextInt(2));
            return new World(
                    document,
                    Examples.model(random),
                    ControlRecord.Health.of(sick, TIME),
                    ControlRecord.Caps.of(day, Set.of(), costs, TIME),
                    ControlRecord.Corrections.of(corrections, TIME));
        }

        private static double factor(Random random) {
            return Math.max(Correction.LEAST, Math.min(Correction.MOST, Math.exp(random.nextGaussian())));
        }

        PolicySnapshot snapshot() {
            return new PolicySnapshot(
                    document,
                    Optional.of(new LogisticScorer(model)),
                    health.unhealthy(),
                    caps.day(),
                    caps.exhausted(),
                    caps.fillCostMicros(),
                    corrections.aggregators(),
                    String.join("/", "policy:p1", health.eventId(), caps.eventId(), corrections.eventId()),
                    Optional.empty());
        }

        /** As it comes back from the lake. */
        World reread() throws IOException {
            return new World(
                    ContractJson.MAPPER.readValue(ContractJson.bytes(document), PolicyDocument.class),
                    ModelDocument.read(model.write()),
                    (ControlRecord.Health) ControlRecord.read(ContractJson.bytes(health)),
                    (ControlRecord.Caps) ControlRecord.read(ContractJson.bytes(caps)),
                    (ControlRecord.Corrections) ControlRecord.read(ContractJson.bytes(corrections)));
        }
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void everyPlaceIsDrawnFromADistributionAndFloorsHold(@ForAll long seed) {
        Random random = new Random(seed);
        PolicySnapshot snapshot = World.of(random).snapshot();
        OrderOdds odds = odds(snapshot, Examples.request(random));
        int count = odds.aggregators().size();
        if (count == 0) {
            return;
        }
        double[] first = odds.next();
        assertEquals(1, sum(first), 1e-12);
        double floors = odds.ranked().stream().mapToDouble(Scored::floor).sum();
        boolean probing = odds.ranked().stream().anyMatch(Scored::sick);
        double all = 0;
        for (int i = 0; i < count; i++) {
            double floor = odds.ranked().get(i).floor() / Math.max(1, floors) / (probing ? 2 : 1);
            assertTrue(first[i] >= floor - 1e-12, first[i] + " is below " + floor);
            assertTrue(odds.ranked().get(i).floor()
                    >= snapshot.policy().exploration().floor());
            double[] second = odds.next(i);
            assertEquals(0, second[i]);
            assertEquals(count > 1 ? 1 : 0, sum(second), 1e-12);
            all += first[i] * (count > 1 ? sum(second) : 1);
        }
        assertEquals(1, all, 1e-12, "the odds of all orders");
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void aDecisionShowsTheOrderItsOddsAndWhyOthersAreLeftOut(@ForAll long seed) {
        Random random = new Random(seed);
        PolicySnapshot snapshot = World.of(random).snapshot();
        AdRequest request = Examples.request(random);
        Decision decision = policy.decide(request, TIME, snapshot);
        assertEquals(
                snapshot.policy().aggregators().size(),
                decision.ranked().size() + decision.excluded().size());
        if (decision.status() != DecisionStatus.ROUTED) {
            return;
        }
        List<String> order =
                decision.order().stream().map(Position::aggregatorId).toList();
        assertEquals(order, decision.attempts());
        assertEquals(
                decision.ranked().stream().map(Candidate::aggregatorId).collect(Collectors.toSet()), Set.copyOf(order));
        assertEquals(decision.propensity(), decision.order().get(0).propensity());
        Candidate chosen = decision.ranked().stream()
                .filter(candidate -> candidate.aggregatorId().equals(decision.chosen()))
                .findFirst()
                .orElseThrow();
        assertEquals(decision.propensity(), chosen.propensity());
        List<AggregatorTerms> eligible = snapshot.policy().aggregators().stream()
                .filter(terms -> decision.excluded().stream()
                        .noneMatch(out -> out.aggregatorId().equals(terms.aggregatorId())
                                && out.reason() != ExclusionReason.CAP_SAVED))
                .toList();
        OrderOdds odds = OrderOdds.of(snapshot, AdSlot.of(request, TIME), TIME, eligible);
        int[] asked = new int[0];
        for (Position position : decision.order()) {
            int place = odds.aggregators().indexOf(position.aggregatorId());
            assertEquals(odds.next(asked)[place], position.propensity(), "the odds given those before it");
            asked = java.util.Arrays.copyOf(asked, asked.length + 1);
            asked[asked.length - 1] = place;
        }
        long most = decision.ranked().stream()
                .mapToLong(Candidate::valueMicros)
                .max()
                .orElseThrow();
        assertTrue(decision.chainValueMicros() <= most, "no chain earns more than its dearest fill");
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void aDecisionIsReplayedFromWhatTheLakeKeepsAndReadFromItsEvent(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        World world = World.of(random);
        AdRequest request = Examples.request(random);
        Decision decision = policy.decide(request, TIME, world.snapshot());
        assertEquals(decision, policy.decide(request, TIME, world.reread().snapshot()));

        Validated.Accepted event =
                (Validated.Accepted) VALIDATOR.validate(Topic.AD_DECISIONS, WRITER.write(decision.toEvent()));
        assertEquals(decision, Decision.of(event.event()));
    }

    @Example
    void ordersComeAsOftenAsTheirOddsSay() {
        int requests = 60_000;
        List<AggregatorTerms> terms = Examples.terms(4, new Random(5));
        Scorer scorer = Examples.worth(aggregator -> 1_000 - 100L * aggregator.waterfallRank());
        PolicySnapshot snapshot = Examples.snapshot(Examples.policy(terms, new Exploration(10, 0.02)), scorer);
        AdRequest any = Examples.request("any", Examples.context(new Random(1)));
        OrderOdds odds = odds(snapshot, any);
        Map<String, Double> expected = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                String orders = odds.aggregators().get(i) + odds.aggregators().get(j);
                expected.merge(orders, requests * odds.next()[i] * odds.next(i)[j], Double::sum);
            }
        }
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < requests; i++) {
            List<String> order = policy.decide(Examples.request("q" + i, any.context()), TIME, snapshot)
                    .attempts();
            seen.merge(order.get(0) + order.get(1), 1, Integer::sum);
        }
        double chiSquare = 0;
        for (Map.Entry<String, Double> each : expected.entrySet()) {
            if (each.getValue() > 0) {
                chiSquare += Math.pow(seen.getOrDefault(each.getKey(), 0) - each.getValue(), 2) / each.getValue();
            }
        }
        assertTrue(chiSquare < 31.3, "chi-square with 11 degrees of freedom exceeds its 99.9 % quantile: " + chiSquare);
    }

    @Example
    void explorationNarrowsWithEvidenceToItsFloorAndIsWiderForTheNewAndTheChanged() {
        List<AggregatorTerms> terms = Examples.terms(3, new Random(5));
        Scorer scorer = Examples.worth(aggregator -> 1_000 - 100L * aggregator.waterfallRank());
        double before = 1;
        for (double attempts : new double[] {0, 100, 2_000, 40_000, 1e6, 1e9}) {
            double share = worst(terms, scorer, attempts, Correction.NONE);
            assertTrue(share < before, share + " is not below " + before);
            before = share;
        }
        // The gap of the worst is 2/9 of the best.
        assertEquals(0.003 + (1 - 0.009) / (3 + 1_000 * 2 / 9.0), before, 1e-5);
        double changed = worst(terms, scorer, 1e9, new Correction(1, 1.0 / 64));
        assertTrue(changed > 0.0085 && changed < 0.012, "nearly three times the floor: " + changed);
    }

    private double worst(List<AggregatorTerms> terms, Scorer scorer, double attempts, Correction correction) {
        Exploration bounds = new Exploration(1_000, 0.003);
        Map<String, Double> evidence =
                terms.stream().collect(Collectors.toMap(AggregatorTerms::aggregatorId, each -> attempts));
        PolicyDocument document = Examples.policy(terms, bounds)
                .learned("p", bounds, 0, new Findings(Map.of(), evidence, Map.of()), new ArtifactRef("m", "m", "0"));
        PolicySnapshot snapshot = new PolicySnapshot(
                document,
                Optional.of(scorer),
                Set.of(),
                null,
                Set.of(),
                Map.of(),
                Map.of("a2", correction),
                "s",
                Optional.empty());
        OrderOdds odds = odds(snapshot, Examples.request(new Random(1)));
        return odds.next()[odds.aggregators().indexOf("a2")];
    }

    @Example
    void whoseFillIsBetterSavedIsNotAskedAndTheDecisionSaysWhy() {
        List<AggregatorTerms> terms = Examples.terms(2, new Random(5));
        Scorer scorer = Examples.worth(aggregator -> 1_000);
        PolicySnapshot snapshot = new PolicySnapshot(
                Examples.policy(terms, new Exploration(40, 0.02)),
                Optional.of(scorer),
                Set.of(),
                LocalDate.ofInstant(TIME, ZoneOffset.UTC),
                Set.of(),
                Map.of("a0", 1_000L, "a1", 400L),
                Map.of(),
                "s",
                Optional.empty());
        Decision decision = policy.decide(Examples.request(new Random(1)), TIME, snapshot);
        assertEquals(List.of("a1"), decision.attempts());
        assertEquals(600, decision.ranked().get(0).scoreMicros());
        assertEquals(ExclusionReason.CAP_SAVED, decision.excluded().get(0).reason());
    }

    private static OrderOdds odds(PolicySnapshot snapshot, AdRequest request) {
        return OrderOdds.of(
                snapshot, AdSlot.of(request, TIME), TIME, snapshot.policy().aggregators());
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
