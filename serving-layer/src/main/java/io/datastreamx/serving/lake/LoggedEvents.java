package io.datastreamx.serving.lake;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.serving.report.Opportunity;
import io.datastreamx.serving.report.OpportunityQuery;
import io.datastreamx.serving.report.Sight;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;

/** Ad requests from the raw log's files of the days that they can lie on: all events of one, or the latest. */
final class LoggedEvents {
    private static final Comparator<Map<String, Object>> AS_LOGGED = Comparator.comparing((Map<String, Object> event) ->
                    event.get("append_time") instanceof Instant time ? time : Instant.MIN)
            .thenComparing(event -> String.valueOf(event.get("topic")))
            .thenComparing(event -> number(event.get("partition")))
            .thenComparing(event -> number(event.get("offset")));

    private final EventFiles files;

    LoggedEvents(EventFiles files) {
        this.files = files;
    }

    /** @param sight whose aggregators' responses are the latest of a partner; of others it is decisions */
    Opportunity of(OpportunityQuery query, Sight sight, ReadTransaction transaction) {
        Sql wanted =
                query.requestId().map(id -> Sql.of("request_id = ?", id)).orElseGet(() -> latest(query.last(), sight));
        List<Map<String, Object>> events = new ArrayList<>();
        List<LocalDate> days = files.read(
                query.day(),
                paths -> events.addAll(transaction.rows(
                        "SELECT * FROM " + Parquet.scan(paths)
                                + " WHERE ingest_batch IN (SELECT ingest_batch FROM ledger) AND " + wanted.text(),
                        wanted.values(),
                        LoggedEvents::event)));
        events.sort(query.requestId().isPresent() ? AS_LOGGED : AS_LOGGED.reversed());
        return new Opportunity(
                transaction.position(), days.stream().map(LocalDate::toString).toList(), events);
    }

    private static Sql latest(int count, Sight sight) {
        Sql kind = Sql.of("NOT duplicate AND event_type = ?", EventType.AD_DECISION.wireName());
        if (!sight.role().seesEveryRow()) {
            List<Object> own = List.copyOf(sight.aggregators());
            kind = own.isEmpty()
                    ? Sql.of("false")
                    : Sql.of("NOT duplicate AND event_type = ? AND aggregator_id IN", EventType.RESPONSE.wireName())
                            .then(new Sql("(" + String.join(", ", Collections.nCopies(own.size(), "?")) + ")", own));
        }
        return kind.then(new Sql("ORDER BY append_time DESC LIMIT ?", List.of(count)));
    }

    private static Map<String, Object> event(ResultSet row) throws SQLException {
        Map<String, Object> event = new LinkedHashMap<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            Object value = value(row.getObject(i));
            if (value != null) {
                event.put(row.getMetaData().getColumnName(i), value);
            }
        }
        return event;
    }

    private static Object value(Object value) throws SQLException {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof Timestamp time) {
            return time.toInstant();
        }
        if (value instanceof java.sql.Array array) {
            List<Object> values = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                values.add(value(element));
            }
            return values;
        }
        if (value instanceof DuckDBStruct struct) {
            Map<String, Object> fields = new LinkedHashMap<>();
            for (Map.Entry<String, Object> field : struct.getMap().entrySet()) {
                fields.put(field.getKey(), value(field.getValue()));
            }
            return fields;
        }
        return value instanceof Number || value instanceof Boolean || value instanceof String ? value : null;
    }

    private static long number(Object value) {
        return value instanceof Number number ? number.longValue() : -1;
    }
}
