package io.datastreamx.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of live counting as bars in an SVG: medians, with lines from the least to the greatest. */
final class LiveChart {
    private static final int WIDTH = 720;
    private static final int LABELS = 130;
    private static final int BARS = 430;
    private static final int ROW = 26;
    private static final String FONT = "font-family=\"system-ui, sans-serif\" font-size=\"13\"";

    private record Panel(String title, String format, ToDoubleFunction<LiveRound.Outcome> figure) {}

    private static final List<Panel> PANELS = List.of(
            new Panel("records a second, second half (more is better)", "%,.0f", LiveRound.Outcome::recordsPerSecond),
            new Panel("seconds from the start of the JVM until all count", "%.1f", LiveRound.Outcome::seconds),
            new Panel("processor time, seconds", "%.1f", LiveRound.Outcome::cpuSeconds),
            new Panel("most memory, MB", "%,.0f", LiveRound.Outcome::peakMegabytes));

    private final StringBuilder svg = new StringBuilder();
    private int y = 34;

    private LiveChart() {}

    static String of(long records, Map<Contender, List<LiveRound.Outcome>> outcomes) {
        LiveChart chart = new LiveChart();
        int rounds = outcomes.values().iterator().next().size();
        chart.text(10, 22, "start", "bold", "Live counting of %,d records, %d rounds".formatted(records, rounds));
        PANELS.forEach(panel -> chart.panel(panel, outcomes));
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(WIDTH, chart.y, WIDTH, chart.y)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + chart.svg + "</svg>\n";
    }

    private void panel(Panel panel, Map<Contender, List<LiveRound.Outcome>> outcomes) {
        y += 22;
        text(10, y, "start", "normal", panel.title());
        y += 8;
        double most = outcomes.values().stream()
                .mapToDouble(each -> Spread.of(each, panel.figure()).max())
                .max()
                .orElseThrow();
        outcomes.forEach((contender, each) -> {
            Spread spread = Spread.of(each, panel.figure());
            int middle = y + ROW / 2;
            text(LABELS - 8, middle + 4, "end", "normal", contender.title());
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    LABELS, y + 4, width(spread.median(), most), ROW - 8, contender.isPeer() ? "#9db4c8" : "#1f5f99");
            add(
                    "<path d=\"M%1$.1f %3$dH%2$.1f M%1$.1f %4$dV%5$d M%2$.1f %4$dV%5$d\" stroke=\"#222222\"/>",
                    LABELS + width(spread.min(), most),
                    LABELS + width(spread.max(), most),
                    middle,
                    middle - 4,
                    middle + 4);
            text(
                    LABELS + (int) width(spread.max(), most) + 10,
                    middle + 4,
                    "start",
                    "normal",
                    String.format(Locale.ROOT, panel.format(), spread.median()));
            y += ROW;
        });
    }

    private static double width(double value, double most) {
        return most > 0 ? BARS * value / most : 0;
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
