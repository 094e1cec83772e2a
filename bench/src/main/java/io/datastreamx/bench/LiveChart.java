package io.datastreamx.bench;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of live counting as a chart. */
final class LiveChart {
    private record Panel(String title, String format, ToDoubleFunction<LiveRound.Outcome> figure) {}

    private static final List<Panel> PANELS = List.of(
            new Panel("records a second, second half (more is better)", "%,.0f", LiveRound.Outcome::recordsPerSecond),
            new Panel("seconds from the start of the JVM until all count", "%.1f", LiveRound.Outcome::seconds),
            new Panel("processor time, seconds", "%.1f", LiveRound.Outcome::cpuSeconds),
            new Panel("most memory, MB", "%,.0f", LiveRound.Outcome::peakMegabytes));

    private LiveChart() {}

    static String of(long records, Map<Contender, List<LiveRound.Outcome>> outcomes) {
        int rounds = outcomes.values().iterator().next().size();
        BarChart chart = new BarChart("Live counting of %,d records, %d rounds".formatted(records, rounds));
        for (Panel panel : PANELS) {
            List<BarChart.Bar> bars = outcomes.entrySet().stream()
                    .map(each -> new BarChart.Bar(
                            each.getKey().title(),
                            Spread.of(each.getValue(), panel.figure()),
                            !each.getKey().isPeer()))
                    .toList();
            chart.panel(panel.title(), panel.format(), bars);
        }
        return chart.toSvg();
    }
}
