package io.datastreamx.contract.spark;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.Rollup;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** One row of the raw log as Spark holds it. Shown one row after the other; not thread-safe. */
public final class LogRow implements CountedEvent {
    /** The columns that measures read. */
    public static final List<String> READ = List.of(
            "event_type",
            Rollup.IMPLAUSIBLE_CLOCK,
            "status",
            "outcome",
            FillPrice.SOURCE,
            "latency_ms",
            FillPrice.COUNTED,
            "duration_s");

    private static final int MAX_TEXTS = 50_000;

    private final Map<String, Integer> places = new HashMap<>();
    /** Most texts come again and again. */
    private final Map<UTF8String, String> texts = new HashMap<>();

    private final Map<String, EventType> types = new HashMap<>();
    private final int type;
    private final int wrongClock;
    private InternalRow row;
    private EventType shown;

    /** @param columns the rows' columns, in their order: {@link #READ} and others */
    public LogRow(List<String> columns) {
        for (int i = 0; i < columns.size(); i++) {
            places.put(columns.get(i), i);
        }
        Arrays.stream(EventType.values()).forEach(known -> types.put(known.wireName(), known));
        this.type = places.get("event_type");
        this.wrongClock = places.get(Rollup.IMPLAUSIBLE_CLOCK);
    }

    public void show(InternalRow next) {
        row = next;
        shown = types.get(text(type));
    }

    @Override
    public EventType type() {
        return shown;
    }

    @Override
    public String text(String column) {
        return text(places.get(column));
    }

    private String text(int place) {
        if (row.isNullAt(place)) {
            return null;
        }
        UTF8String text = row.getUTF8String(place);
        String known = texts.get(text);
        if (known == null) {
            if (texts.size() >= MAX_TEXTS) {
                texts.clear();
            }
            known = text.toString();
            texts.put(text.copy(), known);
        }
        return known;
    }

    @Override
    public long number(String column) {
        int place = places.get(column);
        return row.isNullAt(place) ? 0 : row.getLong(place);
    }

    @Override
    public boolean hasImplausibleClock() {
        return row.getBoolean(wrongClock);
    }
}
