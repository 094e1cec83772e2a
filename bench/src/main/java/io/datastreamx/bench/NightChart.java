package io.datastreamx.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Seconds for the rollups of the raw log as bars in an SVG: medians, with lines from the least to the greatest. */
final class NightChart {
    private static final int WIDTH = 720;
    private static final int LABELS = 130;
    private static final int BARS = 430;
    private static final int ROW = 26;
    private static final int TOP = 58;
    private static final String FONT = "font-family=\"system-ui, sans-serif\" font-size=\"13\"";
    private static final Map<String, String> TITLES =
            Map.of(RollupRace.OURS, "Night", "duckdb", "DuckDB", "clickhouse", "ClickHouse");

    private final StringBuilder svg = new StringBuilder();

    private NightChart() {}

    static String of(long events, RollupRace race) {
        NightChart chart = new NightChart();
        int rounds = race.seconds().get(RollupRace.OURS).size();
        chart.text(10, 22, "start", "bold", "The rollups of %,d events, %d rounds".formatted(events, rounds));
        chart.text(10, 44, "start", "normal", "seconds from a started engine to written files, two threads");
        int height = TOP;
        double most = race.seconds().values().stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
        for (Map.Entry<String, List<Double>> each : race.seconds().entrySet()) {
            chart.bar(height, each.getKey(), Spread.of(each.getValue(), value -> value), most);
            height += ROW;
        }
        height += 12;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(WIDTH, height, WIDTH, height)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + chart.svg + "</svg>\n";
    }

    private void bar(int y, String who, Spread spread, double most) {
        int middle = y + ROW / 2;
        double end = LABELS + BARS * spread.max() / most;
        text(LABELS - 8, middle + 4, "end", "normal", TITLES.get(who));
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS,
                y + 4,
                BARS * spread.median() / most,
                ROW - 8,
                who.equals(RollupRace.OURS) ? "#1f5f99" : "#9db4c8");
        add(
                "<path d=\"M%1$.1f %3$dH%2$.1f M%1$.1f %4$dV%5$d M%2$.1f %4$dV%5$d\" stroke=\"#222222\"/>",
                LABELS + BARS * spread.min() / most, end, middle, middle - 4, middle + 4);
        text((int) end + 10, middle + 4, "start", "normal", String.format(Locale.ROOT, "%.2f", spread.median()));
    }

    private void text(int x, int baseline, String anchor, String weight, String text) {
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" %s>%s</text>",
                x, baseline, anchor, weight, FONT, text);
    }

    private void add(String element, Object... values) {
        svg.append(String.format(Locale.ROOT, element, values)).append('\n');
    }
}
