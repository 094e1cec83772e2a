package io.datastreamx.bench;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rollups over the raw log as SQL, with the columns of {@code batch/rollups} and its day, from the same
 * contributions of the contract.
 *
 * @param minute of an event, by which is grouped
 * @param time that minute as a timestamp
 * @param day of that minute
 * @param whole the type of whole numbers of 64 bits
 * @param distinct function that estimates a number of distinct values by a HyperLogLog
 */
record RollupQuery(String minute, String time, String day, String whole, String distinct) {
    /**
     * All rollups in one reading, which takes DuckDB half as long as a query for each.
     *
     * @param log what stands behind {@code FROM} for the files of the raw log
     */
    String over(String log) {
        List<String> columns = new ArrayList<>();
        columns.add(name() + " AS " + Rollup.COLUMN);
        columns.add(time + " AS " + Rollup.MINUTE);
        columns.addAll(Rollup.DIMENSIONS);
        for (Measure measure : Measure.values()) {
            columns.add(sum(measure.contribution(), measure.column()));
        }
        for (LatencyHistogram.Bucket bucket : LatencyHistogram.buckets()) {
            columns.add(sum(bucket.contribution(), bucket.column()));
        }
        columns.add(distinct + "(device) AS " + DeviceSketch.COLUMN);
        columns.add(day + " AS " + Table.DAY);
        String sets = Arrays.stream(Rollup.values())
                .map(rollup -> "(" + minute + ", " + String.join(", ", rollup.dimensions()) + ")")
                .collect(Collectors.joining(", "));
        return "SELECT " + String.join(",\n  ", columns)
                + "\nFROM " + log
                + "\nWHERE NOT duplicate AND NOT (" + Rollup.EXCLUDED_EVENTS + ")"
                + "\nGROUP BY GROUPING SETS (" + sets + ")";
    }

    /** Of the rollup that a row belongs to: {@code grouping} has a bit for each dimension that it lacks. */
    private static String name() {
        StringBuilder sql = new StringBuilder("CASE grouping(" + String.join(", ", Rollup.DIMENSIONS) + ")");
        for (Rollup rollup : Rollup.values()) {
            int lacking = 0;
            for (String dimension : Rollup.DIMENSIONS) {
                lacking = lacking * 2 + (rollup.dimensions().contains(dimension) ? 0 : 1);
            }
            sql.append(" WHEN ")
                    .append(lacking)
                    .append(" THEN '")
                    .append(rollup.id())
                    .append("'");
        }
        return sql.append(" END").toString();
    }

    private String sum(String contribution, String column) {
        return "CAST(coalesce(sum(" + contribution + "), 0) AS " + whole + ") AS " + column;
    }
}
