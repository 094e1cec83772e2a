package io.datastreamx.serving.report;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One row of a report: values by column, in the order of the columns, which all rows share. */
final class ReportRow extends AbstractMap<String, Object> {
    private final List<String> columns;
    private final Object[] values;

    ReportRow(List<String> columns, Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    @Override
    public Object get(Object column) {
        int place = columns.indexOf(column);
        return place < 0 ? null : values[place];
    }

    @Override
    public boolean containsKey(Object column) {
        return columns.contains(column);
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return java.util.stream.IntStream.range(0, values.length)
                        .<Map.Entry<String, Object>>mapToObj(
                                place -> new SimpleImmutableEntry<>(columns.get(place), values[place]))
                        .iterator();
            }

            @Override
            public int size() {
                return values.length;
            }
        };
    }
}
