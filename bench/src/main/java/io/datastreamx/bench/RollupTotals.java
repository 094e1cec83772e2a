package io.datastreamx.bench;

import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What rows of rollups come to: of each rollup their number and the sum of each measure, by its name. */
record RollupTotals(Map<String, Map<String, Long>> byRollup) {
    private static final String ROWS = "rows";

    /** @param files Parquet, with the columns of {@code batch/rollups} */
    static RollupTotals of(List<Path> files) throws SQLException {
        String sums = MeasureSums.columns().stream()
                .map(column -> "CAST(sum(" + column + ") AS BIGINT) AS " + column)
                .collect(Collectors.joining(", "));
        String names = files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", "));
        String sql = "SELECT CAST(" + Rollup.COLUMN + " AS VARCHAR) AS name, count(*) AS \"" + ROWS + "\", " + sums
                + " FROM read_parquet([" + names + "]) GROUP BY 1";
        Map<String, Map<String, Long>> totals = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                Map<String, Long> sumsOfOne = new TreeMap<>();
                sumsOfOne.put(ROWS, row.getLong(ROWS));
                for (String column : MeasureSums.columns()) {
                    sumsOfOne.put(column, row.getLong(column));
                }
                totals.put(row.getString("name"), sumsOfOne);
            }
        }
        return new RollupTotals(totals);
    }

    /** Rows of all rollups together. */
    long rows() {
        return byRollup.values().stream().mapToLong(sums -> sums.get(ROWS)).sum();
    }

    /** What differs; empty where both are the same. */
    List<String> differences(RollupTotals other) {
        List<String> found = new ArrayList<>();
        for (Rollup rollup : Rollup.values()) {
            Map<String, Long> here = byRollup.getOrDefault(rollup.id(), Map.of());
            Map<String, Long> there = other.byRollup.getOrDefault(rollup.id(), Map.of());
            if (here.isEmpty()) {
                found.add(rollup.id() + ": no rows");
            }
            here.forEach((name, sum) -> {
                if (!sum.equals(there.get(name))) {
                    found.add(rollup.id() + ", " + name + ": " + sum + " and " + there.get(name));
                }
            });
        }
        return found;
    }
}
