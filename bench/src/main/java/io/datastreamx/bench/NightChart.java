package io.datastreamx.bench;

import java.util.List;
import java.util.Map;

/** How long the rollups of the raw log took a night and its peers, as a chart. */
final class NightChart {
    private static final Map<String, String> TITLES =
            Map.of(RollupRace.OURS, "Night", "duckdb", "DuckDB", "clickhouse", "ClickHouse");

    private NightChart() {}

    static String of(long events, RollupRace race) {
        int rounds = race.seconds().get(RollupRace.OURS).size();
        BarChart chart = new BarChart("The rollups of %,d events, %d rounds".formatted(events, rounds));
        List<BarChart.Bar> bars = race.seconds().entrySet().stream()
                .map(each -> new BarChart.Bar(
                        TITLES.get(each.getKey()),
                        Spread.of(each.getValue(), Double::doubleValue),
                        each.getKey().equals(RollupRace.OURS)))
                .toList();
        chart.panel("seconds from a started engine to written files, two threads", "%.2f", bars);
        return chart.toSvg();
    }
}
