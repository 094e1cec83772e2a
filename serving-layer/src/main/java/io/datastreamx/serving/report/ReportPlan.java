package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a query is answered: which rows are summed, and what is computed from the sums. Every place that keeps rows only
 * groups and sums them; the rest is here, and so the same.
 *
 * @param query without figures that the rows cannot tell
 * @param rollup whose rows are read; empty for event-level rows, which have every dimension
 */
public record ReportPlan(ReportQuery query, Optional<Rollup> rollup) {
    /** @throws BadQueryException where no rows can answer */
    public static ReportPlan of(ReportQuery query) {
        List<Rollup> covering = Rollup.covering(query.columnsNeeded());
        return covering.isEmpty()
                ? new ReportPlan(boundToRequests(query), Optional.empty())
                : new ReportPlan(query, Optional.of(covering.get(0)));
    }

    private static ReportQuery boundToRequests(ReportQuery query) {
        List<Figure> refused = query.figures().stream()
                .filter(figure -> !figure.isOfRequests())
                .toList();
        if (query.figures().equals(Figure.standard())) {
            return query.withFigures(
                    query.figures().stream().filter(Figure::isOfRequests).toList());
        }
        if (!refused.isEmpty()) {
            throw new BadQueryException("the dimensions " + query.columnsNeeded()
                    + " are in no rollup together, so this report counts requests and what"
                    + " followed them, and "
                    + refused.stream().map(Figure::name).toList()
                    + " also counts what boxes do between requests. Ask for it by"
                    + " dimensions of one rollup: "
                    + Arrays.stream(Rollup.values()).map(Rollup::dimensions).toList());
        }
        return query;
    }

    /** The columns that a source must have: the minute, dimensions, sums, and the sketch where it is asked for. */
    public List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(Rollup.MINUTE));
        columns.addAll(query.columnsNeeded());
        columns.addAll(query.sumsNeeded());
        if (query.needsSketch()) {
            columns.add(DeviceSketch.COLUMN);
        }
        return columns;
    }

    /** The last ingest batch that the answer counts. */
    public long covered(Position position) {
        return query.view() == View.BATCH ? position.cut() : position.ingestBatch();
    }

    /** @param offsets end offsets (exclusive) of the last batch covered */
    public Report report(Position position, Map<String, Long> offsets, List<Group> groups) {
        return new Report(
                covered(position),
                offsets,
                position.cut(),
                position.version(),
                query.view(),
                rollup.map(r -> "rollup " + r.id()).orElse("events"),
                query.header(),
                rows(groups));
    }

    private List<Map<String, Object>> rows(List<Group> groups) {
        List<Map<String, Object>> rows = new ArrayList<>();
        groups.forEach(group -> rows.add(row(group)));
        query.order().stream()
                .map(ReportPlan::comparator)
                .reduce(Comparator::thenComparing)
                .ifPresent(rows::sort);
        return query.limit().isPresent() && rows.size() > query.limit().getAsInt()
                ? List.copyOf(rows.subList(0, query.limit().getAsInt()))
                : rows;
    }

    private Map<String, Object> row(Group group) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < group.key().size(); i++) {
            row.put(query.by().get(i).label(), group.key().get(i));
        }
        query.figures().forEach(figure -> row.put(figure.name(), figure.value().apply(group)));
        return row;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // one column holds one type: text, whole numbers or fractions
    private static Comparator<Map<String, Object>> comparator(ReportQuery.Order order) {
        Comparator<Comparable> direction = order.descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
        return Comparator.comparing(row -> (Comparable) row.get(order.column()), Comparator.nullsLast(direction));
    }
}
