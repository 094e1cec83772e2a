package io.datastreamx.ml.training;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.evaluation.Step;
import io.datastreamx.ml.evaluation.Support;
import io.datastreamx.ml.evaluation.Term;
import io.datastreamx.ml.policy.AdSlot;
import io.datastreamx.ml.policy.Chain;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.ml.policy.OrderOdds;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.Scorer;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Logged decisions as two policies would have met them: the candidate, and the one in force. What both expect of
 * aggregators is said by the candidate's model, which has not seen these decisions; it makes estimates narrower, and
 * only where the log tells nothing (places after the second, of which nothing is drawn) does it stand alone.
 */
final class Replay implements FlatMapFunction<Iterator<Row>, Replay.Part> {
    /** Largest ratio of probabilities that switch-DR believes. */
    static final double SWITCH_AT = 20;

    private final ServedModel candidate;
    private final ServedModel champion;
    private transient PolicySnapshot asCandidate;
    private transient PolicySnapshot asChampion;

    /**
     * One decision.
     *
     * @param reward what it earned, micro-units per thousand requests
     * @param uniform terms of a policy that asks in any order
     * @param candidateMs expected time until the chain ends, milliseconds
     */
    record Judged(
            String requestId,
            Instant at,
            String channel,
            String region,
            int hour,
            double reward,
            Term candidate,
            Term champion,
            Term uniform,
            double candidateMs,
            double championMs)
            implements Serializable {}

    /** What a part of the log comes to. */
    record Part(Support support, Support logged, ArrayList<Judged> decisions, long skipped) implements Serializable {}

    /**
     * @param candidateModel null where rows bring scores of their own, in {@link Scores#COLUMN}
     * @param championModel the model in force; null where there is none
     * @param inForce the policy in force
     * @param proposed the policy that promotion would write
     */
    Replay(byte[] candidateModel, byte[] championModel, PolicyDocument inForce, PolicyDocument proposed) {
        this.candidate = new ServedModel(candidateModel, proposed);
        this.champion = new ServedModel(championModel, inForce);
    }

    /** Of all decisions, in the order of the log. */
    Part of(Dataset<Row> decisions) {
        List<Part> parts = decisions.toJavaRDD().mapPartitions(this).collect();
        Part all = new Part(new Support(), new Support(), new ArrayList<>(), 0);
        for (Part part : parts) {
            all.support().merge(part.support());
            all.logged().merge(part.logged());
            all.decisions().addAll(part.decisions());
            all = new Part(all.support(), all.logged(), all.decisions(), all.skipped() + part.skipped());
        }
        all.decisions().sort((a, b) -> {
            int byTime = a.at().compareTo(b.at());
            return byTime != 0 ? byTime : a.requestId().compareTo(b.requestId());
        });
        return all;
    }

    @Override
    public Iterator<Part> call(Iterator<Row> rows) {
        if (asCandidate == null) {
            asCandidate = snapshot(candidate.policy(), candidate.scorer());
            asChampion = snapshot(champion.policy(), champion.scorer());
        }
        Support support = new Support();
        Support logged = new Support();
        ArrayList<Judged> decisions = new ArrayList<>();
        long skipped = 0;
        while (rows.hasNext()) {
            Judged judged = judged(rows.next(), support, logged);
            if (judged == null) {
                skipped++;
            } else {
                decisions.add(judged);
            }
        }
        return List.of(new Part(support, logged, decisions, skipped)).iterator();
    }

    /** Null where an aggregator that was asked is no longer there, so that nothing can be said. */
    private Judged judged(Row row, Support support, Support logged) {
        Context context = Context.of(row::getAs);
        Instant requested = row.<Timestamp>getAs("request_time").toInstant();
        Instant decided = row.<Timestamp>getAs("decided_at").toInstant();
        long leftMs = row.<Long>getAs("tmax_ms")
                - (decided.toEpochMilli() - row.<Timestamp>getAs("arrival_time").getTime());
        AdSlot slot = new AdSlot(context, requested, row.<Long>getAs("bid_floor_micros"), Math.max(0, leftMs));
        List<Row> ranked = row.getList(row.fieldIndex("ranked"));
        List<AggregatorTerms> eligible = ranked.stream()
                .map(odds -> candidate.terms().get(odds.getString(0)))
                .toList();
        if (eligible.contains(null)) {
            return null;
        }
        Scorer scorer = candidate.scorer();
        PolicySnapshot would = asCandidate;
        if (scorer == null) {
            scorer = Scores.scorer(row.getJavaMap(row.fieldIndex(Scores.COLUMN)));
            would = snapshot(candidate.policy(), scorer);
        }
        OrderOdds proposed = OrderOdds.of(would, slot, decided, eligible);
        OrderOdds inForce = OrderOdds.of(asChampion, slot, decided, eligible);
        count(support, ranked, row, proposed);
        count(logged, ranked, row, inForce);
        List<Attempt> attempts = attempts(row);
        Chains candidateChains = new Chains(proposed, scorer, slot, candidate.terms());
        Chains championChains = new Chains(inForce, scorer, slot, candidate.terms());
        return new Judged(
                row.getAs("request_id"),
                row.<Timestamp>getAs("logged_at").toInstant(),
                context.channelId(),
                context.region(),
                (int) Math.floorMod(Math.floorDiv(requested.getEpochSecond(), 3_600L), 24L),
                attempts.stream().mapToDouble(Attempt::reward).sum(),
                Term.of(candidateChains.steps(attempts), SWITCH_AT),
                Term.of(championChains.steps(attempts), SWITCH_AT),
                Term.of(uniform(attempts, eligible.size()), SWITCH_AT),
                candidateChains.expectedMs(),
                championChains.expectedMs());
    }

    private static void count(Support support, List<Row> ranked, Row row, OrderOdds policy) {
        List<String> known = policy.aggregators();
        double[] odds = policy.next();
        List<String> ids = ranked.stream().map(logged -> logged.getString(0)).toList();
        double[] logged = ranked.stream().mapToDouble(each -> each.getDouble(1)).toArray();
        double[] judged = ids.stream()
                .mapToDouble(id -> known.contains(id) ? odds[known.indexOf(id)] : 0)
                .toArray();
        List<Row> order = row.getList(row.fieldIndex("order"));
        support.add(ids, logged, judged, ids.indexOf(order.get(0).getString(0)));
    }

    /**
     * One attempt that was made.
     *
     * @param asked who was asked before, by the order of the decision, then this one
     * @param odds with which it stood there, given those before it
     */
    record Attempt(List<String> asked, double odds, double reward) {}

    private static List<Attempt> attempts(Row row) {
        List<Row> order = row.getList(row.fieldIndex("order"));
        List<Row> made = row.getList(row.fieldIndex("attempts"));
        List<String> ids = order.stream().map(odds -> odds.getString(0)).toList();
        boolean completed = row.getAs("completed_arrival") != null;
        List<Attempt> attempts = new ArrayList<>();
        int upTo = 0;
        double odds = 1;
        for (Row answer : made) {
            int place = ids.indexOf(answer.getString(0));
            if (place < upTo) {
                continue;
            }
            for (; upTo <= place; upTo++) {
                odds *= order.get(upTo).getDouble(1);
            }
            boolean fill = ResponseOutcome.FILL.code().equals(answer.getString(2));
            attempts.add(
                    new Attempt(ids.subList(0, place + 1), odds, fill && completed ? (double) answer.getLong(4) : 0));
            odds = 1;
            if (fill) {
                break;
            }
        }
        if (attempts.isEmpty()) {
            attempts.add(new Attempt(ids.subList(0, 1), order.get(0).getDouble(1), 0));
        }
        return attempts;
    }

    /** Every order is as likely as any other; no model is asked. */
    private static List<Step> uniform(List<Attempt> attempts, int candidates) {
        List<Step> steps = new ArrayList<>();
        int before = 0;
        for (Attempt attempt : attempts) {
            double odds = 1;
            for (; before < attempt.asked().size(); before++) {
                odds /= Math.max(1, candidates - before);
            }
            steps.add(new Step(odds / attempt.odds(), attempt.reward(), 0, 0));
        }
        return steps;
    }

    private static PolicySnapshot snapshot(PolicyDocument policy, Scorer scorer) {
        return new PolicySnapshot(policy, Optional.ofNullable(scorer), Set.of(), null, Set.of(), "evaluation");
    }

    /** The policy that promotion would write. */
    static PolicyDocument proposed(PolicyDocument inForce, ArtifactRef model) {
        return inForce.learned("candidate", inForce.exploration(), inForce.probeShare(), inForce.findings(), model);
    }

    /** Values of the chains of attempts that a policy makes of one request, as the candidate's model sees them. */
    private static final class Chains {
        private static final int[] NOBODY = {};

        private final OrderOdds policy;
        private final List<String> ids;
        private final double[] earns;
        private final double[] leaves;
        private final double[] answerMs;
        private final double[] first;
        private final double[][] seconds;
        private final double[] afterFirst;

        Chains(OrderOdds policy, Scorer scorer, AdSlot slot, Map<String, AggregatorTerms> terms) {
            this.policy = policy;
            this.ids = policy.aggregators();
            int count = ids.size();
            earns = new double[count];
            leaves = new double[count];
            answerMs = new double[count];
            for (int i = 0; i < count; i++) {
                Expectation expected = scorer.estimate(slot, terms.get(ids.get(i)));
                earns[i] = expected.fill() * expected.valueMicros();
                leaves[i] = (1 - expected.fill()) * Chain.remaining(expected.answerMs(), slot.timeLeftMs());
                answerMs[i] = expected.answerMs();
            }
            first = policy.next(NOBODY);
            seconds = new double[count][];
            afterFirst = new double[count];
            Arrays.fill(afterFirst, Double.NaN);
        }

        List<Step> steps(List<Attempt> attempts) {
            List<Step> steps = new ArrayList<>();
            int before = 0;
            for (Attempt attempt : attempts) {
                int[] places = attempt.asked().stream().mapToInt(ids::indexOf).toArray();
                double odds = 1;
                for (; before < places.length; before++) {
                    odds *= odds(places, before);
                }
                int place = before - 1;
                boolean known = Arrays.stream(places).noneMatch(asked -> asked < 0);
                steps.add(new Step(
                        odds / attempt.odds(),
                        attempt.reward(),
                        known ? worth(Arrays.copyOf(places, place + 1)) : 0,
                        Arrays.stream(places, 0, place).noneMatch(asked -> asked < 0)
                                ? after(Arrays.copyOf(places, place))
                                : 0));
            }
            return steps;
        }

        double expectedMs() {
            double sum = 0;
            for (int i = 0; i < first.length; i++) {
                sum += first[i] * answerMs[i];
            }
            return sum;
        }

        /** The policy's probability of asking who stands at a place, given those before; 0 for whom it never asks. */
        private double odds(int[] places, int place) {
            if (Arrays.stream(places, 0, place + 1).anyMatch(asked -> asked < 0)) {
                return 0;
            }
            return place == 0
                    ? first[places[0]]
                    : place == 1
                            ? second(places[0])[places[1]]
                            : policy.next(Arrays.copyOf(places, place))[places[place]];
        }

        /** Worth of the chain from here on, when these were asked in vain. */
        private double after(int[] asked) {
            if (asked.length >= 2) {
                return tail(asked);
            }
            double[] odds = asked.length == 0 ? first : second(asked[0]);
            double sum = 0;
            for (int i = 0; i < odds.length; i++) {
                if (odds[i] > 0) {
                    sum += odds[i] * (asked.length == 0 ? worthFirst(i) : earns[i] + leaves[i] * tail(asked[0], i));
                }
            }
            return sum;
        }

        /** Worth of asking the last of these, after the others, and of going on. */
        private double worth(int[] asked) {
            int last = asked[asked.length - 1];
            return asked.length == 1 ? worthFirst(last) : earns[last] + leaves[last] * tail(asked);
        }

        private double worthFirst(int asked) {
            if (Double.isNaN(afterFirst[asked])) {
                afterFirst[asked] = earns[asked] + leaves[asked] * after(new int[] {asked});
            }
            return afterFirst[asked];
        }

        /** From the third place on the order is that of merit, which is that of the places. */
        private double tail(int... asked) {
            double sum = 0;
            double reached = 1;
            for (int i = 0; i < earns.length; i++) {
                int candidate = i;
                boolean gone = false;
                for (int each : asked) {
                    gone |= each == candidate;
                }
                if (!gone) {
                    sum += reached * earns[i];
                    reached *= leaves[i];
                }
            }
            return sum;
        }

        private double[] second(int asked) {
            if (seconds[asked] == null) {
                seconds[asked] = policy.next(asked);
            }
            return seconds[asked];
        }
    }
}
