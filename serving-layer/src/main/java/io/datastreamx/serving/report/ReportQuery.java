package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.Grain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a report asks for. Names come from closed lists and values are bound, so nothing of a query ever becomes SQL
 * text.
 *
 * @param by the columns to group by, as the caller named them
 * @param figures the numbers to show
 * @param fromMinute first minute of event time, inclusive, in minutes since the epoch
 * @param toMinute last minute, exclusive
 * @param where accepted values by dimension; an empty value stands for "none"
 * @param view which part of the log
 * @param order columns to sort by; by default the grouping columns
 * @param limit most rows to return
 */
public record ReportQuery(
        List<By> by,
        List<Figure> figures,
        OptionalLong fromMinute,
        OptionalLong toMinute,
        Map<Dimension, List<String>> where,
        View view,
        List<Order> order,
        OptionalInt limit) {
    /** A grouping column. @param label the name that the caller used */
    public record By(String label, Dimension dimension) {}

    /** @param column a grouping column's label or a measure */
    public record Order(String column, boolean descending) {}

    public ReportQuery {
        Set<String> columns = new LinkedHashSet<>();
        by.forEach(b -> columns.add(b.label()));
        figures.forEach(figure -> columns.add(figure.name()));
        for (Order o : order) {
            if (!columns.contains(o.column())) {
                throw new BadQueryException("cannot order by '" + o.column()
                        + "', which the report does not show; it shows: " + String.join(", ", columns));
            }
        }
        if (by.stream().map(By::dimension).distinct().count() < by.size()) {
            throw new BadQueryException("each dimension once, please: by="
                    + by.stream().map(By::label).collect(Collectors.joining(",")));
        }
        if (fromMinute.isPresent() && toMinute.isPresent() && fromMinute.getAsLong() >= toMinute.getAsLong()) {
            throw new BadQueryException("'from' must lie before 'to' (from is inclusive, to exclusive)");
        }
    }

    /**
     * Reads the parameters of a request; see {@link ReportParameters} for their names.
     *
     * @throws BadQueryException saying what is wrong and what is allowed
     */
    public static ReportQuery of(Map<String, List<String>> parameters) {
        return new ReportParameters(parameters).query();
    }

    /** The dimensions that a source must know: those grouped by and those filtered on, without time. */
    public Set<String> columnsNeeded() {
        Set<String> columns = new LinkedHashSet<>();
        by.stream().map(By::dimension).filter(d -> !d.isTime()).forEach(d -> columns.add(d.column()));
        where.keySet().forEach(d -> columns.add(d.column()));
        return columns;
    }

    /** The finest interval that it tells apart by its grouping columns; empty where these hold no time. */
    Optional<Grain> grain() {
        return by.stream().flatMap(b -> b.dimension().grain().stream()).min(Comparator.naturalOrder());
    }

    public List<String> sumsNeeded() {
        return figures.stream()
                .flatMap(figure -> figure.sums().stream())
                .distinct()
                .toList();
    }

    public boolean needsSketch() {
        return figures.stream().anyMatch(Figure::needsSketch);
    }

    ReportQuery withFigures(List<Figure> chosen) {
        return new ReportQuery(by, chosen, fromMinute, toMinute, where, view, order, limit);
    }

    ReportQuery withWhere(Map<Dimension, List<String>> accepted) {
        return new ReportQuery(by, figures, fromMinute, toMinute, accepted, view, order, limit);
    }

    /** The columns of the answer, in order. */
    public List<String> header() {
        List<String> header = new ArrayList<>();
        by.forEach(b -> header.add(b.label()));
        figures.forEach(figure -> header.add(figure.name()));
        return header;
    }
}
