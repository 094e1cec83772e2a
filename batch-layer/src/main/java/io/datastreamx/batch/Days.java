package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;

import io.datastreamx.contract.table.Table;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/** Sets of days as conditions on the partitions of tables by day. */
final class Days {
    private Days() {}

    /** Rows of these days, as Spark's readers prune by. */
    static Column in(Collection<LocalDate> days) {
        return col(Table.DAY).isin(days.stream().map(java.sql.Date::valueOf).toArray());
    }

    /** The same as SQL, as Delta's writer wants it. */
    static String sql(Collection<LocalDate> days) {
        return days.stream().map(day -> "'" + day + "'").collect(Collectors.joining(", ", Table.DAY + " IN (", ")"));
    }

    /** These days and those that lie up to {@code reach} around them. */
    static SortedSet<LocalDate> around(Collection<LocalDate> days, Duration reach) {
        SortedSet<LocalDate> around = new TreeSet<>();
        for (LocalDate day : days) {
            for (long shift = -reach.toDays(); shift <= reach.toDays(); shift++) {
                around.add(day.plusDays(shift));
            }
        }
        return around;
    }
}
