package io.datastreamx.serving.lake;

import io.datastreamx.serving.report.ReportQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A piece of SQL with the values for its question marks. */
record Sql(String text, List<Object> values) {
    static Sql of(String text, Object... values) {
        return new Sql(text, List.of(values));
    }

    static Sql join(String separator, List<Sql> parts) {
        List<Object> values = new ArrayList<>();
        parts.forEach(part -> values.addAll(part.values()));
        return new Sql(String.join(separator, parts.stream().map(Sql::text).toList()), values);
    }

    Sql then(Sql next) {
        return join(" ", List.of(this, next));
    }

    /** The filters of a query over rows with the rollups' column names. */
    static Sql filter(ReportQuery query, List<Sql> more) {
        List<Sql> conditions = new ArrayList<>(more);
        query.fromMinute().ifPresent(minute -> conditions.add(of("minute >= ?", minute)));
        query.toMinute().ifPresent(minute -> conditions.add(of("minute < ?", minute)));
        query.where().forEach((dimension, values) -> conditions.add(accepted(dimension.column(), values)));
        return conditions.isEmpty() ? of("") : of("WHERE").then(join(" AND ", conditions));
    }

    private static Sql accepted(String column, List<String> values) {
        List<Sql> either = new ArrayList<>();
        List<Object> named = values.stream()
                .filter(value -> !value.isEmpty())
                .map(Object.class::cast)
                .toList();
        if (!named.isEmpty()) {
            either.add(
                    new Sql(column + " IN (" + String.join(", ", Collections.nCopies(named.size(), "?")) + ")", named));
        }
        if (named.size() < values.size()) {
            either.add(of(column + " IS NULL"));
        }
        Sql any = join(" OR ", either);
        return new Sql("(" + any.text() + ")", any.values());
    }
}
