package io.datastreamx.ml.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.Forest.Node;
import io.datastreamx.ml.policy.Forest.Tree;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForestTest {
    private static final Map<String, List<String>> VALUES =
            Map.of("agg", List.of("acme", "bolt"), "ch", List.of("news", "film"), "reg", List.of("north"));
    /** By aggregator, and of acme by channel; all other channels go with news. */
    private static final Tree FILL = new Tree(List.of(
            new Node("agg", List.of(1), 1, 4, 0),
            new Node("ch", List.of(0, 1), 2, 3, 0),
            Node.leaf(1.5),
            Node.leaf(-0.5),
            Node.leaf(0.25)));

    private static final Tree COMPLETION = new Tree(List.of(Node.leaf(2)));
    private static final Forest FOREST = new Forest(VALUES, List.of(FILL, FILL), List.of(COMPLETION));

    private static ModelDocument model(Forest forest) {
        return new ModelDocument(
                "m",
                FeatureEncoder.VERSION,
                List.of(),
                LogisticModel.of(0.1, new double[0], Calibration.IDENTITY),
                LogisticModel.of(0, new double[0], Calibration.IDENTITY),
                Map.of(),
                Map.of(),
                new TrainingInfo("v1", 1, 17, "test", "2026-11-22T12:00:00.000Z", 1),
                forest);
    }

    private static AdSlot slot(String channel) {
        return Examples.slot(new Context(channel, null, null, "north", "stb"), Examples.NOON);
    }

    @Test
    void treesAddToTheMarginsAndValuesThatTheyDoNotKnowAreOneMore() {
        LogisticScorer scorer =
                new LogisticScorer(ModelDocument.read(model(FOREST).write()));
        assertEquals(logistic(0.1 + 2 * 1.5), scorer.rawFillProbability(slot("news"), "acme"), 1e-15);
        assertEquals(logistic(0.1 + 2 * 1.5), scorer.rawFillProbability(slot("never seen"), "acme"), 1e-15);
        assertEquals(logistic(0.1 - 2 * 0.5), scorer.rawFillProbability(slot("film"), "acme"), 1e-15);
        assertEquals(logistic(0.1 + 2 * 0.25), scorer.rawFillProbability(slot("film"), "new"), 1e-15);
        assertEquals(logistic(2), scorer.rawCompletionProbability(slot("film"), "bolt"), 1e-15);
        assertEquals(model(FOREST), ModelDocument.read(model(FOREST).write()));
        assertEquals(List.of("agg", "ch", "reg"), FOREST.fields());
        assertArrayEquals(new int[] {2, 0, 1}, FOREST.places(slot("sport"), "bolt"));
    }

    @Test
    void whatIsNoForestIsRefused() {
        Node leaf = Node.leaf(1);
        refused(() -> new Tree(List.of()));
        refused(() -> new Tree(List.of(new Node("ch", List.of(1), 0, 1, 0), leaf)));
        refused(() -> new Tree(List.of(new Node("ch", List.of(1), 1, 2, 0), leaf)));
        refused(() -> new Tree(Collections.nCopies(Forest.MOST_NODES + 1, leaf)));
        refused(() -> new Node("ch", List.of(Forest.MOST_VALUES), 1, 2, 0));
        refused(() -> Node.leaf(Double.NaN));
        Tree other = new Tree(List.of(new Node("dev", List.of(1), 1, 2, 0), leaf, leaf));
        refused(() -> new Forest(VALUES, List.of(other), List.of()));
        refused(() -> new Forest(Map.of("ch|reg", List.of()), List.of(), List.of()));
        refused(() -> new Forest(VALUES, Collections.nCopies(Forest.MOST_TREES + 1, FILL), List.of()));
        List<String> many = IntStream.range(0, Forest.MOST_VALUES)
                .mapToObj(Integer::toString)
                .toList();
        refused(() -> new Forest(Map.of("ch", many), List.of(), List.of()));
        refused(() -> new Forest(Map.of("ch", List.of("a", "a")), List.of(), List.of()));
        refused(() -> new Forest(null, List.of(), List.of()));
    }

    private static void refused(Runnable make) {
        assertThrows(IllegalArgumentException.class, make::run);
    }

    private static double logistic(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }
}
