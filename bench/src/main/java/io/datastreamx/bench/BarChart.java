package io.datastreamx.bench;

import java.util.List;
import java.util.Locale;

/** Figures as bars in an SVG: medians, with lines from the least to the greatest. */
final class BarChart {
    private static final int WIDTH = 720;
    private static final int LABELS = 130;
    private static final int BARS = 430;
    private static final int ROW = 26;
    private static final String FONT = "font-family=\"system-ui, sans-serif\" font-size=\"13\"";

    /** @param ours whether it is what the others are compared with */
    record Bar(String label, Spread spread, boolean ours) {}

    private final StringBuilder svg = new StringBuilder();
    private int y = 34;

    BarChart(String title) {
        text(10, 22, "start", "bold", title);
    }

    /** @param format of a number */
    void panel(String title, String format, List<Bar> bars) {
        y += 22;
        text(10, y, "start", "normal", title);
        y += 8;
        double most = bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElseThrow();
        for (Bar bar : bars) {
            Spread spread = bar.spread();
            int middle = y + ROW / 2;
            text(LABELS - 8, middle + 4, "end", "normal", bar.label());
            add(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    LABELS, y + 4, width(spread.median(), most), ROW - 8, bar.ours() ? "#1f5f99" : "#9db4c8");
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
                    String.format(Locale.ROOT, format, spread.median()));
            y += ROW;
        }
    }

    String toSvg() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(WIDTH, y, WIDTH, y)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + svg + "</svg>\n";
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
