package io.datastreamx.ml.policy;

import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Boosted decision trees over the aggregator and the values of the context: what all of them say is added to the
 * margins of the two regressions.
 *
 * @param values which values trees tell apart, by field as feature tokens call them ({@code agg}, {@code ch} …). The
 *     place of a value is its place in the list, from 1; all others are one more value, with place 0
 * @param fill trees of P(fill | it answers)
 * @param completion trees of P(the ad is watched to its end | fill)
 */
public record Forest(Map<String, List<String>> values, List<Tree> fill, List<Tree> completion) {
    /** The field that is the aggregator. */
    public static final String AGGREGATOR = "agg";
    /** Most values of a field, the one for all others included: a question is a mask of as many bits. */
    public static final int MOST_VALUES = 64;
    /** Most trees of each model, and most nodes of each: what a router has time for. */
    public static final int MOST_TREES = 30;

    public static final int MOST_NODES = 63;

    /**
     * A tree.
     *
     * @param nodes the first is the root; those below a node stand behind it
     */
    public record Tree(List<Node> nodes) {
        public Tree {
            nodes = List.copyOf(nodes);
            if (nodes.isEmpty() || nodes.size() > MOST_NODES) {
                throw new IllegalArgumentException(
                        "a tree has 1 to " + MOST_NODES + " nodes, this one has " + nodes.size());
            }
            for (int i = 0; i < nodes.size(); i++) {
                Node node = nodes.get(i);
                if (node.field() != null
                        && (node.yes() <= i
                                || node.no() <= i
                                || node.yes() >= nodes.size()
                                || node.no() >= nodes.size())) {
                    throw new IllegalArgumentException("node " + i + " of a tree leads to " + node.yes() + " and "
                            + node.no() + "; those below it stand behind it");
                }
            }
        }
    }

    /**
     * A question, or where there is no field an answer.
     *
     * @param field whose value is asked for; null in a leaf
     * @param in places of the values that lead to {@code yes}
     * @param yes place of a node
     * @param no place of a node, for all other values
     * @param margin what a leaf adds, log-odds; 0 in a question
     */
    public record Node(String field, List<Integer> in, int yes, int no, double margin) {
        public Node {
            in = in == null ? List.of() : List.copyOf(in);
            if (!Double.isFinite(margin)) {
                throw new IllegalArgumentException("a leaf adds a finite margin, got " + margin);
            }
            if (in.stream().anyMatch(place -> place < 0 || place >= MOST_VALUES)) {
                throw new IllegalArgumentException("places of values lie below " + MOST_VALUES + ", got " + in);
            }
        }

        public static Node leaf(double margin) {
            return new Node(null, List.of(), 0, 0, margin);
        }
    }

    public Forest {
        if (values == null || fill == null || completion == null) {
            throw new IllegalArgumentException("a forest needs values, fill and completion");
        }
        values = Map.copyOf(values);
        fill = List.copyOf(fill);
        completion = List.copyOf(completion);
        if (fill.size() > MOST_TREES || completion.size() > MOST_TREES) {
            throw new IllegalArgumentException("a forest has at most " + MOST_TREES + " trees of each model");
        }
        for (List<Tree> trees : List.of(fill, completion)) {
            for (Tree tree : trees) {
                for (Node node : tree.nodes()) {
                    if (node.field() != null && !values.containsKey(node.field())) {
                        throw new IllegalArgumentException("a tree asks for '" + node.field()
                                + "', the forest knows values of " + values.keySet());
                    }
                }
            }
        }
        values.forEach((field, known) -> {
            if (!field.equals(AGGREGATOR) && ContextField.ofToken(field).isCross()) {
                throw new IllegalArgumentException("trees ask for single values, not for " + field);
            }
            if (known.size() >= MOST_VALUES || new HashSet<>(known).size() < known.size()) {
                throw new IllegalArgumentException("field " + field + " has " + known.size() + " values, fewer than "
                        + MOST_VALUES + " and none twice are wanted");
            }
        });
    }

    /** Fields in the order in which {@link #places} gives their values. */
    public List<String> fields() {
        return values.keySet().stream().sorted().toList();
    }

    /** Where the values of an attempt stand, by {@link #fields}; for training, which asks slot by slot. */
    public int[] places(AdSlot slot, String aggregatorId) {
        return fields().stream()
                .mapToInt(field -> 1
                        + values.get(field)
                                .indexOf(
                                        field.equals(AGGREGATOR)
                                                ? aggregatorId
                                                : ContextField.ofToken(field).valueIn(slot)))
                .toArray();
    }

    /** Fields that trees may ask for. */
    public static List<String> allFields() {
        List<String> all = new ArrayList<>(List.of(AGGREGATOR));
        ContextField.single().forEach(field -> all.add(field.token()));
        return List.copyOf(all);
    }

    /** Of these the values of an attempt: {@code field=value}, the value as it is. */
    public static List<String> valuesOf(AdSlot slot, String aggregatorId) {
        List<String> all = new ArrayList<>(List.of(AGGREGATOR + "=" + aggregatorId));
        ContextField.single().forEach(field -> all.add(field.token() + "=" + field.valueIn(slot)));
        return all;
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static Forest read(byte[] json) {
        try {
            return ContractJson.MAPPER.readValue(json, Forest.class);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a forest: " + ContractJson.reason(e), e);
        }
    }
}
