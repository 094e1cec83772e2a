package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.report.Dimension;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportPlan;
import io.datastreamx.serving.report.ReportQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The SQL that groups, sums, orders and cuts off a source's rows. Of many groups with many sums only those that the
 * order needs are computed for all; the others for the groups that it puts first.
 */
final class GroupSql {
    /** The place of a group in the order, from 1. */
    static final String NUMBER = "n";
    /** So many more sums in each group need not much more memory. */
    private static final int FEW_SUMS = 8;

    private final ReportPlan plan;
    private final ReportQuery query;
    private final OptionalInt most;
    private final Sql source;

    GroupSql(ReportPlan plan, ReportLimits limits, Sql source) {
        this.plan = plan;
        this.query = plan.query();
        this.most = plan.groupsRead(limits);
        this.source = source;
    }

    /** The groups that tell the answer, in order: keys, count, sums. */
    Sql groups() {
        Set<String> ordered = sumsInOrder();
        boolean inTwoSteps =
                most.isPresent() && !query.by().isEmpty() && query.sumsNeeded().size() > ordered.size() + FEW_SUMS;
        Sql rows = rows(query.sumsNeeded());
        if (!inTwoSteps) {
            return first(rows, query.sumsNeeded());
        }
        Sql chosen = first(rows(ordered), ordered);
        return first(
                Sql.of("SELECT part.* FROM (")
                        .then(rows)
                        .then(Sql.of(") AS part SEMI JOIN ("))
                        .then(chosen)
                        .then(Sql.of(") AS chosen ON " + sameKeys())),
                query.sumsNeeded());
    }

    /** The groups in their order, each once for every sketch that it has, or once without: as above, number, sketch. */
    Sql sketches() {
        Sql numbered = Sql.of("SELECT *, row_number() OVER (" + orderBy() + ") AS " + NUMBER + " FROM (")
                .then(groups())
                .then(Sql.of(")"));
        return Sql.of("SELECT chosen.*, part." + DeviceSketch.COLUMN + " FROM (")
                .then(numbered)
                .then(Sql.of(") AS chosen LEFT JOIN ("))
                .then(rows(List.of(DeviceSketch.COLUMN)))
                .then(Sql.of("WHERE " + DeviceSketch.COLUMN + " IS NOT NULL) AS part ON " + sameKeys()
                        + " ORDER BY chosen." + NUMBER));
    }

    /** Keys and columns of the source's rows. */
    private Sql rows(Iterable<String> columns) {
        List<String> selected = new ArrayList<>(List.of(Rollup.MINUTE));
        IntStream.range(0, query.by().size())
                .mapToObj(i -> key(query.by().get(i).dimension()) + " AS " + ReportPlan.key(i))
                .forEach(selected::add);
        columns.forEach(selected::add);
        return Sql.of("SELECT " + String.join(", ", selected) + " FROM (")
                .then(source)
                .then(Sql.of(") AS source"));
    }

    /**
     * The count makes one row of an empty answer without grouping, also where only the sketch is asked for. Sums are
     * DuckDB's 128-bit integers, so they are exact.
     */
    private Sql first(Sql rows, Iterable<String> sums) {
        List<String> selected = new ArrayList<>(keys());
        selected.add("count(*)");
        sums.forEach(sum -> selected.add("coalesce(sum(" + sum + "), 0) AS " + sum));
        String grouped = query.by().isEmpty() ? "" : " GROUP BY " + String.join(", ", keys());
        return Sql.of("SELECT * FROM (SELECT " + String.join(", ", selected) + " FROM (")
                .then(rows)
                .then(Sql.of(")" + grouped + ")" + orderBy() + (most.isPresent() ? " LIMIT " + most.getAsInt() : "")));
    }

    private Set<String> sumsInOrder() {
        Set<String> words = new HashSet<>(Arrays.asList(plan.order().split("\\W+")));
        words.retainAll(Set.copyOf(query.sumsNeeded()));
        return words;
    }

    private List<String> keys() {
        return IntStream.range(0, query.by().size()).mapToObj(ReportPlan::key).toList();
    }

    private String sameKeys() {
        return keys().isEmpty()
                ? "true"
                : keys().stream()
                        .map(key -> "part." + key + " IS NOT DISTINCT FROM chosen." + key)
                        .collect(Collectors.joining(" AND "));
    }

    private String orderBy() {
        return plan.order().isEmpty() ? "" : " ORDER BY " + plan.order();
    }

    /** A time as minutes since the epoch. */
    private static String key(Dimension dimension) {
        return dimension
                .grain()
                .map(grain -> StoredColumns.floor(Rollup.MINUTE, grain.minutes()))
                .orElse(dimension.column());
    }
}
