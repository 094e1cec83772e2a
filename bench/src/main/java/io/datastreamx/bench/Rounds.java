package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One figure of several rounds as JSON. */
final class Rounds {
    private Rounds() {}

    /** @param outcomes one at least */
    static <T> ObjectNode of(List<T> outcomes, ToDoubleFunction<T> figure) {
        Spread spread = Spread.of(outcomes, figure);
        ObjectNode node = Machine.JSON.createObjectNode();
        node.put("median", known(spread.median()))
                .put("min", known(spread.min()))
                .put("max", known(spread.max()));
        ArrayNode each = node.putArray("rounds");
        outcomes.forEach(outcome -> each.add(known(figure.applyAsDouble(outcome))));
        return node;
    }

    /** JSON has no NaN. */
    private static Double known(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }
}
