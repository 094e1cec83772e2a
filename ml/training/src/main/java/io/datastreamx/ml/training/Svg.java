package io.datastreamx.ml.training;

import java.util.List;
import java.util.Locale;

/** Small charts as SVG that stands within a page and needs nothing besides it. */
final class Svg {
    /** One line of a chart of intervals. */
    record Bar(String label, double low, double value, double high, String colour) {}

    /** A point of a curve. */
    record Point(double x, double y, double size) {}

    private static final int ROW = 26;
    private static final int LABELS = 190;
    private static final int WIDTH = 720;
    private static final int FIGURES = 170;
    /** Height of the figures below a scale. */
    private static final int AXIS = 20;
    /** At most so many lines of a scale. */
    private static final int TICKS = 6;

    private Svg() {}

    /**
     * Intervals one below the other on a common scale.
     *
     * @param mark drawn as a dashed line; NaN for none
     */
    static String intervals(List<Bar> bars, double mark, String title) {
        double low = bars.stream().mapToDouble(Bar::low).min().orElse(0);
        double high = bars.stream().mapToDouble(Bar::high).max().orElse(1);
        if (!Double.isNaN(mark)) {
            low = Math.min(low, mark);
            high = Math.max(high, mark);
        }
        double pad = Math.max(1e-9, (high - low) * 0.05);
        double from = low - pad;
        double scale = (WIDTH - LABELS - FIGURES) / (high - low + 2 * pad);
        int height = bars.size() * ROW + 10;
        StringBuilder svg = new StringBuilder(open(WIDTH, height + AXIS, title));
        double step = step(high - low + 2 * pad);
        for (double tick = Math.ceil(from / step) * step; tick <= high + pad; tick += step) {
            double x = LABELS + (tick - from) * scale;
            svg.append(text("<line x1='%.1f' x2='%.1f' y1='0' y2='%d' class='grid'/>", x, x, height));
            svg.append(text(
                    "<text x='%.1f' y='%d' text-anchor='middle' class='tick'>%s</text>",
                    x, height + AXIS - 6, number(Math.abs(tick) < step / 2 ? 0 : tick)));
        }
        if (!Double.isNaN(mark)) {
            double x = LABELS + (mark - from) * scale;
            svg.append(text("<line x1='%.1f' x2='%.1f' y1='0' y2='%d' class='mark'/>", x, x, height));
        }
        int y = ROW / 2 + 5;
        for (Bar bar : bars) {
            double x1 = LABELS + (bar.low() - from) * scale;
            double x2 = LABELS + (bar.high() - from) * scale;
            double x = LABELS + (bar.value() - from) * scale;
            svg.append(text("<text x='%d' y='%d' text-anchor='end'>%s</text>", LABELS - 8, y + 4, escape(bar.label())));
            svg.append(text(
                    "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='%s' stroke-width='3' stroke-linecap='round'/>",
                    x1, Math.max(x1 + 0.5, x2), y, y, bar.colour()));
            svg.append(text("<circle cx='%.1f' cy='%d' r='5' fill='%s'/>", x, y, bar.colour()));
            String figure = bar.low() < bar.high()
                    ? text("%s (%s to %s)", number(bar.value()), number(bar.low()), number(bar.high()))
                    : number(bar.value());
            svg.append(text("<text x='%d' y='%d' class='figure'>%s</text>", WIDTH - FIGURES + 10, y + 4, figure));
            y += ROW;
        }
        return svg.append("</svg>").toString();
    }

    /** Observed against expected, with the line on which both are the same. */
    static String reliability(List<Point> points, String title) {
        int side = 150;
        StringBuilder svg = new StringBuilder(open(side + 30, side + 34, title));
        svg.append(text("<rect x='24' y='4' width='%d' height='%d' class='frame'/>", side, side));
        svg.append(text("<line x1='24' y1='%d' x2='%d' y2='4' class='mark'/>", side + 4, side + 24));
        StringBuilder line = new StringBuilder();
        for (Point point : points) {
            line.append(text("%.1f,%.1f ", 24 + point.x() * side, 4 + (1 - point.y()) * side));
        }
        svg.append(text("<polyline points='%s' class='curve'/>", line));
        for (Point point : points) {
            svg.append(text(
                    "<circle cx='%.1f' cy='%.1f' r='%.1f' class='dot'/>",
                    24 + point.x() * side, 4 + (1 - point.y()) * side, point.size()));
        }
        svg.append(text(
                "<text x='24' y='%d'>0</text><text x='%d' y='%d' text-anchor='end'>1</text>",
                side + 18, side + 24, side + 18));
        return svg.append(text(
                        "<text x='%d' y='%d' text-anchor='middle'>%s</text></svg>",
                        24 + side / 2, side + 30, escape(title)))
                .toString();
    }

    /** Values by night. */
    static String nights(List<String> nights, List<Double> values, String title) {
        int height = 170;
        double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        double pad = Math.max(1e-9, (high - low) * 0.15);
        double scale = (height - 50) / (high - low + 2 * pad);
        double step = values.size() < 2 ? 0 : (WIDTH - 140.0) / (values.size() - 1);
        StringBuilder svg = new StringBuilder(open(WIDTH, height, title));
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            double x = 90 + i * step;
            double y = 20 + (high + pad - values.get(i)) * scale;
            line.append(text("%.1f,%.1f ", x, y));
            svg.append(text(
                    "<circle cx='%.1f' cy='%.1f' r='4' class='dot'><title>%s: %s</title></circle>",
                    x, y, escape(nights.get(i)), number(values.get(i))));
        }
        svg.append(text("<polyline points='%s' class='curve'/>", line));
        svg.append(text("<text x='82' y='%.1f' text-anchor='end'>%s</text>", 24 + pad * scale, number(high)));
        if (high > low) {
            svg.append(text(
                    "<text x='82' y='%.1f' text-anchor='end'>%s</text>", 24 + (high + pad - low) * scale, number(low)));
        }
        if (!nights.isEmpty()) {
            svg.append(text("<text x='90' y='%d'>%s</text>", height - 6, escape(nights.get(0))));
            svg.append(text(
                    "<text x='%d' y='%d' text-anchor='end'>%s</text>",
                    WIDTH - 10, height - 6, escape(nights.get(nights.size() - 1))));
        }
        return svg.append("</svg>").toString();
    }

    /** As many digits as a reader wants. */
    static String number(double value) {
        double size = Math.abs(value);
        return size >= 100 ? text("%,.0f", value) : size >= 1 || size == 0 ? text("%.2f", value) : text("%.3f", value);
    }

    /** A round distance between lines of a scale. */
    private static double step(double length) {
        double least = length / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double round : new double[] {1, 2, 5}) {
            if (round * power >= least) {
                return round * power;
            }
        }
        return 10 * power;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    private static String open(int width, int height, String title) {
        return text(
                "<svg viewBox='0 0 %d %d' width='%d' height='%d' role='img'><title>%s</title>",
                width, height, width, height, escape(title));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
