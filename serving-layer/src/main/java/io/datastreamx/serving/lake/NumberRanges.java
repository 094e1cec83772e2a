package io.datastreamx.serving.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A set of whole numbers as an SQL condition by which DuckDB can skip blocks: few ranges instead of many values. */
final class NumberRanges {
    private NumberRanges() {}

    /** @param numbers in ascending order */
    static String condition(String column, Set<Integer> numbers) {
        List<String> ranges = new ArrayList<>();
        Integer first = null;
        Integer last = null;
        for (Integer number : numbers) {
            if (first != null && number == last + 1) {
                last = number;
                continue;
            }
            if (first != null) {
                ranges.add(range(column, first, last));
            }
            first = number;
            last = number;
        }
        if (first == null) {
            return "false";
        }
        ranges.add(range(column, first, last));
        return "(" + String.join(" OR ", ranges) + ")";
    }

    private static String range(String column, int first, int last) {
        return column + " BETWEEN " + first + " AND " + last;
    }
}
