package io.datastreamx.bench;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * The rollups over the raw log as SQL, with the columns of {@code batch/rollups} and its day, from the same
 * contributions of the contract.
 *
 * @param minute of an event, by which is grouped
 * @param time that minute as a timestamp
 * @param day of that minute
 * @param text the type of texts that may be missing
 * @param whole the type of whole numbers of 64 bits
 * @param distinct function that estimates a number of distinct values by a HyperLogLog
 */
record RollupQuery(String minute, String time, String day, String text, String whole, String distinct) {
    /** @param log what stands behind {@code FROM} for the files of the raw log */
    String over(String log) {
        List<String> selects = new ArrayList<>();
        for (Rollup rollup : Rollup.values()) {
            selects.add(over(log, rollup));
        }
        return String.join("\nUNION ALL\n", selects);
    }

    private String over(String log, Rollup rollup) {
        List<String> columns = new ArrayList<>();
        columns.add("'" + rollup.id() + "' AS " + Rollup.COLUMN);
        columns.add(time + " AS " + Rollup.MINUTE);
        for (String dimension : Rollup.DIMENSIONS) {
            columns.add(
                    rollup.dimensions().contains(dimension) ? dimension : "CAST(NULL AS " + text + ") AS " + dimension);
        }
        for (Measure measure : Measure.values()) {
            columns.add(sum(measure.contribution(), measure.column()));
        }
        for (LatencyHistogram.Bucket bucket : LatencyHistogram.buckets()) {
            columns.add(sum(bucket.contribution(), bucket.column()));
        }
        columns.add(distinct + "(device) AS " + DeviceSketch.COLUMN);
        columns.add(day + " AS " + Table.DAY);
        return "SELECT " + String.join(",\n  ", columns)
                + "\nFROM " + log
                + "\nWHERE NOT duplicate AND NOT (" + Rollup.EXCLUDED_EVENTS + ")"
                + "\nGROUP BY " + minute + ", " + String.join(", ", rollup.dimensions());
    }

    private String sum(String contribution, String column) {
        return "CAST(coalesce(sum(" + contribution + "), 0) AS " + whole + ") AS " + column;
    }
}
