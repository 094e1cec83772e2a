package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a query is answered: which rows are summed, and what is computed from the sums. Every place that keeps rows only
 * groups and sums them; the rest is here, and so the same.
 *
 * @param query without figures that the rows cannot tell
 * @param rollup whose rows are read; empty for event-level rows, which have every dimension
 */
public record ReportPlan(ReportQuery query, Optional<Rollup> rollup) {
    /**
     * @param grains by which the version in force keeps rollups; event-level rows have their minutes for ever
     * @throws BadQueryException where no rows can answer
     */
    public static ReportPlan of(ReportQuery query, Grains grains) {
        List<Rollup> covering = Rollup.covering(query.columnsNeeded());
        if (covering.isEmpty()) {
            return new ReportPlan(boundToRequests(query), Optional.empty());
        }
        if (query.view().readsBatch()) {
            new KeptGrains(grains).requireFor(query);
        }
        return new ReportPlan(query, Optional.of(covering.get(0)));
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

    /** The name of a grouping column in SQL. @param place from 0, in the order of the query */
    public static String key(int place) {
        return "k" + place;
    }

    /**
     * How groups are to be ordered, as SQL that DuckDB and BigQuery read alike, over {@link #key keys} and sums by
     * their names: as asked for where SQL can tell it, by their keys otherwise. Empty without grouping.
     */
    public String order() {
        List<String> columns = new ArrayList<>();
        if (isOrderedBySql()) {
            query.order().forEach(order -> columns.add(sql(order).orElseThrow() + (order.descending() ? " DESC" : "")));
        }
        for (int i = 0; i < query.by().size(); i++) {
            columns.add(key(i));
        }
        return query.by().isEmpty() ? "" : String.join(" NULLS LAST, ", columns) + " NULLS LAST";
    }

    /** How many groups in {@link #order} tell the answer, or that there are too many; empty where all are needed. */
    public OptionalInt groupsRead(ReportLimits limits) {
        return isOrderedBySql() || query.limit().isEmpty()
                ? OptionalInt.of(Math.min(query.limit().orElse(Integer.MAX_VALUE), limits.rows() + 1))
                : OptionalInt.empty();
    }

    private boolean isOrderedBySql() {
        return query.order().stream().allMatch(order -> sql(order).isPresent());
    }

    private Optional<String> sql(ReportQuery.Order order) {
        for (int i = 0; i < query.by().size(); i++) {
            if (query.by().get(i).label().equals(order.column())) {
                return Optional.of(key(i));
            }
        }
        return query.figures().stream()
                .filter(figure -> figure.name().equals(order.column()))
                .findFirst()
                .flatMap(Figure::order);
    }

    /** Takes the groups that a store hands over in {@link #order}. */
    public ReportRows rows(ReportLimits limits) {
        return new ReportRows(query, limits, isOrderedBySql());
    }

    /** @param offsets end offsets (exclusive) of the last batch covered */
    public Report report(Position position, Map<String, Long> offsets, ReportRows rows) {
        return new Report(
                covered(position),
                offsets,
                position.cut(),
                position.version(),
                query.view(),
                rollup.map(r -> "rollup " + r.id()).orElse("events"),
                position.grains(),
                query.header(),
                rows.inOrder());
    }
}
