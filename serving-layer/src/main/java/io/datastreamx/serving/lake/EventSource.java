package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.report.Dimension;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.ReportQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The event-level merged view: {@code ad_opportunities} of the version in force up to the cut, the raw log after it.
 * Any combination of dimensions; only what is bound to a request is counted.
 */
final class EventSource {
    private final EventFiles files;
    private final Map<String, String> contributions = new HashMap<>();

    EventSource(EventFiles files) {
        this.files = files;
        for (Measure measure : Measure.values()) {
            contributions.put(measure.column(), measure.contribution());
        }
        LatencyHistogram.buckets().forEach(bucket -> contributions.put(bucket.column(), bucket.contribution()));
    }

    Sql select(ReportQuery query, ReadTransaction transaction, List<String> columns) {
        Position position = transaction.position();
        List<Sql> parts = new ArrayList<>();
        if (query.view().readsBatch() && position.version().isPresent()) {
            List<String> opportunities = files.opportunities(transaction);
            if (!opportunities.isEmpty()) {
                parts.add(batch(query, opportunities, columns));
            }
        }
        if (query.view().readsLive()) {
            List<String> events = files.events(transaction);
            if (!events.isEmpty()) {
                parts.add(live(query, position, events, columns));
            }
        }
        return parts.isEmpty()
                ? Sql.of("SELECT " + select(columns, EventSource::nothing) + " WHERE false")
                : Sql.join(" UNION ALL ", parts);
    }

    private static String select(List<String> columns, UnaryOperator<String> expression) {
        return String.join(", ", columns.stream().map(expression).toList());
    }

    private static String nothing(String column) {
        boolean text = Dimension.named(column).map(d -> !d.isTime()).orElse(false);
        return "CAST(NULL AS " + (text ? "VARCHAR" : "BIGINT") + ") AS " + column;
    }

    private Sql batch(ReportQuery query, List<String> opportunities, List<String> columns) {
        String rows = "(SELECT " + String.join(", ", contextColumns()) + ", unnest(facts) AS fact FROM "
                + Parquet.scan(opportunities) + ")";
        String inner = "(SELECT " + select(columns, EventSource::ofOpportunity) + " FROM " + rows + ")";
        return Sql.of("SELECT " + String.join(", ", columns) + " FROM " + inner).then(Sql.filter(query, List.of()));
    }

    private Sql live(ReportQuery query, Position position, List<String> events, List<String> columns) {
        String inner = "(SELECT " + select(columns, this::ofEvent) + " FROM " + Parquet.scan(events)
                + " WHERE NOT duplicate AND request_id IS NOT NULL AND NOT (" + Rollup.EXCLUDED_EVENTS
                + ") AND ingest_batch > ?"
                + " AND ingest_batch IN (SELECT ingest_batch FROM ledger WHERE ingest_batch > ?))";
        return Sql.of("SELECT " + String.join(", ", columns) + " FROM " + inner, position.cut(), position.cut())
                .then(Sql.filter(query, List.of()));
    }

    private static List<String> contextColumns() {
        return Dimension.ofContextAndFact().stream()
                .filter(d -> !d.isOfFact())
                .map(Dimension::column)
                .toList();
    }

    private static String ofOpportunity(String column) {
        if (column.equals(Rollup.MINUTE)) {
            return StoredColumns.minuteOf("fact.minute") + " AS minute";
        }
        boolean context = Dimension.named(column).map(d -> !d.isOfFact()).orElse(false);
        return context ? column : "fact." + column + " AS " + column;
    }

    private String ofEvent(String column) {
        if (column.equals(Rollup.MINUTE)) {
            return StoredColumns.minuteOf(Rollup.COUNTED_TIME) + " AS minute";
        }
        String contribution = contributions.get(column);
        return contribution == null ? column : "CAST(" + contribution + " AS BIGINT) AS " + column;
    }
}
