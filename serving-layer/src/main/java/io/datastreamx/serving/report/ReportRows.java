package io.datastreamx.serving.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * Takes the groups that a store hands over, one after the other, and keeps no more of them than the answer has. An
 * answer that would take too much room is refused.
 */
public final class ReportRows {
    static final String SMALLER =
            "Ask for the largest with order= and limit=, for fewer dimensions or measures, or for a part with where=, from= and to=";

    private final ReportQuery query;
    private final List<String> columns;
    private final ReportLimits limits;
    private final boolean sorted;
    private final Comparator<Numbered> order;
    private final PriorityQueue<Numbered> best;
    private final List<Numbered> rows = new ArrayList<>();
    private long characters;
    private long added;

    /** @param number its place in the order of the keys, which decides between equals */
    private record Numbered(ReportRow row, long number) {}

    /** @param sorted whether the groups come in the order asked for, and no more than {@link ReportPlan#groupsRead} */
    ReportRows(ReportQuery query, ReportLimits limits, boolean sorted) {
        this.query = query;
        this.columns = query.header();
        this.limits = limits;
        this.sorted = sorted;
        this.order = Stream.concat(
                        query.order().stream().map(ReportRows::comparator),
                        Stream.of(Comparator.comparingLong(Numbered::number)))
                .reduce(Comparator::thenComparing)
                .orElseThrow();
        this.best = new PriorityQueue<>(Collections.reverseOrder(order));
    }

    /** @throws BadQueryException where the answer has too many rows, or too large ones */
    public void add(Group group) {
        Numbered row = new Numbered(row(group), added++);
        characters += characters(row);
        if (sorted || query.limit().isEmpty()) {
            rows.add(row);
        } else {
            best.add(row);
            if (best.size() > query.limit().getAsInt()) {
                characters -= characters(best.poll());
            }
        }
        int kept = rows.size() + best.size();
        if (kept > limits.rows()) {
            throw new BadQueryException("the report has more than " + limits.rows() + " rows, which is the most ("
                    + ReportLimits.ROWS_SETTING + "). " + SMALLER);
        }
        if (characters + (long) kept * columns.size() * ReportLimits.NUMBER_CHARACTERS > limits.characters()) {
            throw new BadQueryException("the report's rows are too large to be answered: they take more than "
                    + limits.characters() + " characters. " + SMALLER);
        }
    }

    List<Map<String, Object>> inOrder() {
        rows.addAll(best);
        if (!sorted) {
            rows.sort(order);
        }
        return rows.stream().<Map<String, Object>>map(Numbered::row).toList();
    }

    private ReportRow row(Group group) {
        Object[] values = Arrays.copyOf(group.key().toArray(), columns.size());
        int place = group.key().size();
        for (Figure figure : query.figures()) {
            values[place++] = figure.value().apply(group);
        }
        return new ReportRow(columns, values);
    }

    private long characters(Numbered row) {
        long sum = 0;
        for (ReportQuery.By by : query.by()) {
            sum += row.row().get(by.label()) instanceof String text ? text.length() : 0;
        }
        return sum;
    }

    private static Comparator<Numbered> comparator(ReportQuery.Order order) {
        Comparator<Object> direction = order.descending()
                ? Collections.reverseOrder(ReportRows::compare)
                : (Comparator<Object>) ReportRows::compare;
        return Comparator.comparing(row -> row.row().get(order.column()), Comparator.nullsLast(direction));
    }

    /** One column holds one type: text, whole numbers or fractions. */
    private static int compare(Object a, Object b) {
        if (a instanceof String text) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), b.toString().getBytes(StandardCharsets.UTF_8));
        }
        return a instanceof Long one && b instanceof Long other
                ? Long.compare(one, other)
                : new java.math.BigDecimal(a.toString()).compareTo(new java.math.BigDecimal(b.toString()));
    }
}
