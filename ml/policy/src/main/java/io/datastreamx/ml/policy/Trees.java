package io.datastreamx.ml.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A {@link Forest}, laid out for scoring: a question is one bit of a mask. Immutable. */
final class Trees {
    private static final int AGGREGATOR = ContextField.single().size();

    /** By field; the aggregator behind the others. */
    private final List<Map<String, Integer>> places = new ArrayList<>();

    private final Laid[] fill;
    private final Laid[] completion;

    /** One tree, by place of the node; {@code field} is below 0 in leaves. */
    private record Laid(int[] field, long[] in, int[] yes, int[] no, double[] margin) {
        static Laid of(Forest.Tree tree) {
            int count = tree.nodes().size();
            Laid laid = new Laid(new int[count], new long[count], new int[count], new int[count], new double[count]);
            for (int i = 0; i < count; i++) {
                Forest.Node node = tree.nodes().get(i);
                laid.field[i] = node.field() == null ? -1 : fieldOf(node.field());
                for (int place : node.in()) {
                    laid.in[i] |= 1L << place;
                }
                laid.yes[i] = node.yes();
                laid.no[i] = node.no();
                laid.margin[i] = node.margin();
            }
            return laid;
        }

        double says(int[] values) {
            int node = 0;
            while (field[node] >= 0) {
                node = (in[node] >>> values[field[node]] & 1) == 1 ? yes[node] : no[node];
            }
            return margin[node];
        }
    }

    Trees(Forest forest) {
        for (int field = 0; field <= AGGREGATOR; field++) {
            places.add(new HashMap<>());
        }
        forest.values().forEach((field, values) -> {
            for (int i = 0; i < values.size(); i++) {
                places.get(fieldOf(field)).put(values.get(i), i + 1);
            }
        });
        fill = forest.fill().stream().map(Laid::of).toArray(Laid[]::new);
        completion = forest.completion().stream().map(Laid::of).toArray(Laid[]::new);
    }

    private static int fieldOf(String token) {
        return token.equals(Forest.AGGREGATOR)
                ? AGGREGATOR
                : ContextField.ofToken(token).ordinal();
    }

    /** What is added to the margins of both models. @param values of the single fields, in their order */
    double[] margins(String aggregatorId, String[] values) {
        int[] at = new int[AGGREGATOR + 1];
        for (int field = 0; field < AGGREGATOR; field++) {
            at[field] = places.get(field).getOrDefault(values[field], 0);
        }
        at[AGGREGATOR] = places.get(AGGREGATOR).getOrDefault(aggregatorId, 0);
        double[] margins = new double[2];
        margins[Weights.FILL] = sum(fill, at);
        margins[Weights.COMPLETION] = sum(completion, at);
        return margins;
    }

    private static double sum(Laid[] trees, int[] at) {
        double sum = 0;
        for (Laid tree : trees) {
            sum += tree.says(at);
        }
        return sum;
    }
}
