package io.datastreamx.batch;

import io.datastreamx.batch.DayFileWriter.DayRow;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.spark.LogRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Events of requests, sorted by place, to rows of {@code ad_opportunities}. Requests that share a place are held at
 * once, which are hardly ever more than one.
 */
final class OpportunityRows implements FlatMapFunction<Iterator<InternalRow>, DayRow> {
    private static final long serialVersionUID = 1L;
    private static final long MICROS_PER_MINUTE = 60_000_000;

    /** What a row takes from its decision, in the table's order. */
    static final List<String> DECISION = List.of(
            "status", "aggregator_id", "propensity", "explore", "snapshot_id", "policy_version", "model_version");

    /** How many fields of a fact come before its sums. */
    static final int FACT_KEYS = 4;

    private final List<String> columns;

    /** @param columns of the events: place, day, counted time in microseconds, and in any order what else is read */
    OpportunityRows(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    @Override
    public Iterator<DayRow> call(Iterator<InternalRow> events) {
        return new Rows(events);
    }

    private final class Rows implements Iterator<DayRow> {
        private static final int PLACE = 0;
        private static final int DAY = 1;
        private static final int COUNTED = 2;

        private final Iterator<InternalRow> events;
        private final LogRow event = new LogRow(columns);
        private final Map<UTF8String, Request> requests = new HashMap<>();
        private final Queue<DayRow> complete = new ArrayDeque<>();
        private final int requestId = columns.indexOf("request_id");
        private final int appendTime = columns.indexOf("append_time");
        private final int topic = columns.indexOf("topic");
        private final int partition = columns.indexOf("partition");
        private final int offset = columns.indexOf("offset");
        private long place;

        Rows(Iterator<InternalRow> events) {
            this.events = events;
        }

        @Override
        public boolean hasNext() {
            while (complete.isEmpty() && events.hasNext()) {
                InternalRow row = events.next();
                if (row.getLong(PLACE) != place) {
                    drain();
                    place = row.getLong(PLACE);
                }
                event.show(row);
                UTF8String id = row.getUTF8String(requestId);
                Request request = requests.get(id);
                if (request == null) {
                    request = new Request(id.copy(), row.getInt(DAY));
                    requests.put(request.id, request);
                }
                request.add(row);
            }
            if (complete.isEmpty()) {
                drain();
            }
            return !complete.isEmpty();
        }

        @Override
        public DayRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return complete.remove();
        }

        private void drain() {
            requests.values().forEach(request -> complete.add(request.row()));
            requests.clear();
        }

        private boolean isEarlier(InternalRow one, InternalRow other) {
            int order = Long.compare(one.getLong(appendTime), other.getLong(appendTime));
            if (order == 0) {
                order = one.getUTF8String(topic).compareTo(other.getUTF8String(topic));
            }
            if (order == 0) {
                order = Integer.compare(one.getInt(partition), other.getInt(partition));
            }
            return order < 0 || order == 0 && one.getLong(offset) < other.getLong(offset);
        }

        /** What is known of one request on one day; of each kind of event the earliest. */
        private final class Request {
            private final UTF8String id;
            private final int day;
            private final SortedMap<Fact, MeasureSums> facts = new TreeMap<>(Fact.ORDER);
            private InternalRow request;
            private InternalRow decision;
            private InternalRow fill;
            private InternalRow other;

            Request(UTF8String id, int day) {
                this.id = id;
                this.day = day;
            }

            void add(InternalRow row) {
                EventType type = event.type();
                if (type == EventType.AD_REQUEST) {
                    request = earlier(request, row);
                } else if (type == EventType.AD_DECISION) {
                    decision = earlier(decision, row);
                } else {
                    other = earlier(other, row);
                }
                if (type == EventType.RESPONSE && ResponseOutcome.FILL.code().equals(event.text("outcome"))) {
                    fill = earlier(fill, row);
                }
                Fact fact = new Fact(
                        Math.floorDiv(row.getLong(COUNTED), MICROS_PER_MINUTE),
                        event.text("aggregator_id"),
                        event.text("ad_id"),
                        event.text("reason"));
                facts.computeIfAbsent(fact, any -> new MeasureSums()).add(event);
            }

            private InternalRow earlier(InternalRow known, InternalRow row) {
                return known == null || isEarlier(row, known) ? row.copy() : known;
            }

            /** What is said about the request by its own event first, then by its decision, then by the rest. */
            DayRow row() {
                InternalRow context = request != null ? request : decision != null ? decision : other;
                List<Object> values = new ArrayList<>();
                values.add(id);
                values.add(value(request, "event_time"));
                values.add(value(context, "device"));
                Context.NAMES.forEach(name -> values.add(value(context, name)));
                DECISION.forEach(name -> values.add(value(decision, name)));
                values.add(value(fill, "aggregator_id"));
                values.add(value(fill, "ad_id"));
                List<InternalRow> added = new ArrayList<>();
                facts.forEach((fact, sums) -> added.add(fact.row(sums)));
                values.add(new GenericArrayData(added.toArray()));
                return new DayRow(day, new GenericInternalRow(values.toArray()));
            }

            private Object value(InternalRow row, String column) {
                int at = columns.indexOf(column);
                if (row == null || row.isNullAt(at)) {
                    return null;
                }
                return switch (column) {
                    case "event_time" -> row.getLong(at);
                    case "propensity" -> row.getDouble(at);
                    case "explore" -> row.getBoolean(at);
                    default -> row.getUTF8String(at);
                };
            }
        }
    }

    /** What a sum of a request is about. @param minute since the epoch */
    private record Fact(long minute, String aggregator, String ad, String reason) {
        private static final Comparator<String> NONE_FIRST = Comparator.nullsFirst(Comparator.naturalOrder());
        private static final Comparator<Fact> ORDER = Comparator.comparingLong(Fact::minute)
                .thenComparing(Fact::aggregator, NONE_FIRST)
                .thenComparing(Fact::ad, NONE_FIRST)
                .thenComparing(Fact::reason, NONE_FIRST);

        InternalRow row(MeasureSums sums) {
            int width = MeasureSums.columns().size();
            Object[] values = new Object[FACT_KEYS + width];
            values[0] = minute * MICROS_PER_MINUTE;
            values[1] = UTF8String.fromString(aggregator);
            values[2] = UTF8String.fromString(ad);
            values[3] = UTF8String.fromString(reason);
            for (int sum = 0; sum < width; sum++) {
                values[FACT_KEYS + sum] = sums.get(sum);
            }
            return new GenericInternalRow(values);
        }
    }
}
