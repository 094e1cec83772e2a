package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Share of the chain oracle by day, one panel a world, one line a policy, as an SVG. */
final class LearningChart {
    private static final int COLUMNS = 3;
    private static final int WIDTH = 330;
    private static final int HEIGHT = 170;
    private static final int MARGIN = 36;
    private static final double LEAST = 0.4;
    private static final List<String> COLOURS = List.of(
            "#1f5f99", "#c4661f", "#3f8f4f", "#888888", "#b09a2c", "#8b5aa8", "#c03a4b", "#3aa5a5", "#d48ac0",
            "#5a5a9a", "#7a4a2a", "#2a7a7a", "#a0a0d0");

    private LearningChart() {}

    /** @param runs by world and policy */
    static String of(Map<String, Map<String, JsonNode>> runs, List<String> policies, int days) {
        int rows = (runs.size() + COLUMNS - 1) / COLUMNS;
        int legend = 24 + 16 * policies.size();
        StringBuilder svg = new StringBuilder();
        svg.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"system-ui, sans-serif\" font-size=\"11\">\n"
                        .formatted(COLUMNS * WIDTH, rows * HEIGHT + legend));
        for (int i = 0; i < policies.size(); i++) {
            svg.append("<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n"
                    .formatted(MARGIN, 18 + 16 * i, colour(i), policies.get(i)));
        }
        int panel = 0;
        for (Map.Entry<String, Map<String, JsonNode>> world : runs.entrySet()) {
            int x = panel % COLUMNS * WIDTH + MARGIN;
            int y = panel / COLUMNS * HEIGHT + legend;
            panel++;
            svg.append("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n".formatted(x, y + 12, world.getKey()));
            for (double tick = LEAST; tick <= 1.001; tick += 0.2) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#777777\">%.0f %%</text>%n",
                        x,
                        x + WIDTH - MARGIN - 8,
                        y(y, tick),
                        y(y, tick),
                        x - 4,
                        y(y, tick) + 4,
                        100 * tick));
            }
            for (int i = 0; i < policies.size(); i++) {
                JsonNode run = world.getValue().get(policies.get(i));
                if (run != null) {
                    svg.append(line(run, x, y, days, colour(i)));
                }
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static String line(JsonNode run, int x, int y, int days, String colour) {
        StringBuilder points = new StringBuilder();
        for (JsonNode day : LearningFigures.days(run)) {
            double at = x + (WIDTH - MARGIN - 8.0) * (day.get("day").asInt() - 1) / Math.max(1, days - 1);
            double share = Math.max(LEAST, day.get("share_of_chain_oracle").asDouble());
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", at, y(y, share)));
        }
        return "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.4\" points=\"%s\"/>\n"
                .formatted(colour, points.toString().trim());
    }

    private static double y(int top, double share) {
        return top + 22 + (HEIGHT - 46.0) * (1 - share) / (1 - LEAST);
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }
}
