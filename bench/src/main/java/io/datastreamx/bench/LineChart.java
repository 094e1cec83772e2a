package io.datastreamx.bench;

import java.util.List;
import java.util.Locale;

/** Figures over time as lines in an SVG: panels below each other with one axis of minutes, and spans that stand out. */
final class LineChart {
    private static final int WIDTH = 720;
    private static final int LEFT = 60;
    private static final int RIGHT = 14;
    private static final int PANEL = 110;
    private static final int TITLE = 26;
    private static final List<String> COLOURS = List.of("#1f5f99", "#c4661f");
    private static final String FONT = "font-family=\"system-ui, sans-serif\" font-size=\"12\"";

    /** @param values by step of time */
    record Line(String label, double[] values) {}

    /** A part of the time with a name. */
    record Span(String label, double fromMinute, double toMinute) {}

    private final StringBuilder svg = new StringBuilder();
    private final double minutes;
    private final List<Span> spans;
    private int y = 34;

    LineChart(String title, double minutes, List<Span> spans) {
        this.minutes = minutes;
        this.spans = spans;
        text(10, 20, "start", "bold", "#222222", title);
    }

    /** @param format of a number on the axis */
    void panel(String title, String format, List<Line> lines) {
        y += TITLE;
        text(LEFT, y - 8, "start", "normal", "#222222", title);
        int x = LEFT + 330;
        for (int i = 0; i < lines.size() && lines.size() > 1; i++) {
            text(x, y - 8, "start", "normal", COLOURS.get(i), lines.get(i).label());
            x += 150;
        }
        double most = nice(lines.stream()
                .flatMapToDouble(line -> java.util.Arrays.stream(line.values()))
                .max()
                .orElse(1));
        for (Span span : spans) {
            add(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#eef2f6\"/>",
                    x(span.fromMinute()), y, x(span.toMinute()) - x(span.fromMinute()), PANEL);
            text((int) x(span.fromMinute()) + 3, y + 13, "start", "normal", "#777777", span.label());
        }
        for (int part = 0; part <= 2; part++) {
            int line = y + PANEL - PANEL * part / 2;
            add("<path d=\"M%d %dH%d\" stroke=\"#dddddd\"/>", LEFT, line, WIDTH - RIGHT);
            text(LEFT - 6, line + 4, "end", "normal", "#222222", String.format(Locale.ROOT, format, most * part / 2));
        }
        for (int i = 0; i < lines.size(); i++) {
            add(
                    "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\"/>",
                    path(lines.get(i).values(), most), COLOURS.get(i));
        }
        y += PANEL;
    }

    String toSvg() {
        for (int part = 0; part <= 4; part++) {
            double minute = minutes * part / 4;
            text((int) x(minute), y + 16, "middle", "normal", "#222222", String.format(Locale.ROOT, "%.4g", minute));
        }
        text(LEFT - 6, y + 16, "end", "normal", "#222222", "minute");
        int height = y + 26;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
                        .formatted(WIDTH, height, WIDTH, height)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + svg + "</svg>\n";
    }

    private String path(double[] values, double most) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    i == 0 ? "M" : "L",
                    x(minutes * (i + 0.5) / values.length),
                    y + PANEL * (1 - values[i] / most)));
        }
        return path.toString();
    }

    private double x(double minute) {
        return LEFT + (WIDTH - LEFT - RIGHT) * minute / minutes;
    }

    /** The next of 1, 2, 4, 6, 8 or 10 times a power of ten. */
    private static double nice(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9))));
        for (double times : new double[] {1, 2, 4, 6, 8}) {
            if (most <= times * power) {
                return times * power;
            }
        }
        return 10 * power;
    }

    private void text(int x, int baseline, String anchor, String weight, String colour, String text) {
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\" fill=\"%s\" %s>%s</text>",
                x, baseline, anchor, weight, colour, FONT, text);
    }

    private void add(String element, Object... values) {
        svg.append(String.format(Locale.ROOT, element, values)).append('\n');
    }
}
