package io.datastreamx.serving.http;

import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.View;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of the live page for one view and one window, all of one position. */
final class PageFigures {
    private static final String TABLE_MEASURES =
            "requests,decisions,responses,fills,impressions,completes,fill_rate,completion_rate,ecpm_micros,revenue_micros,latency_p95";

    private static final int MINUTES_CHARTED = 720;

    private final MergedView view;
    private final Clock clock;

    /** What a reader of the page chose. @param minutes length of the window up to now; 0 for all there is */
    record Choice(View view, int minutes) {}

    PageFigures(MergedView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    Map<String, Object> json(Choice choice) {
        Instant now = clock.instant();
        String from = choice.minutes() == 0
                ? ""
                : now.truncatedTo(ChronoUnit.MINUTES)
                        .minus(Duration.ofMinutes(choice.minutes() - 1L))
                        .toString();
        Map<String, Object> json = new LinkedHashMap<>();
        try (Reading reading = view.read()) {
            Report totals = report(reading, choice, from, "", TABLE_MEASURES, "");
            json.put("ingest_batch", totals.ingestBatch());
            json.put("cut", totals.cut());
            json.put("version", totals.version().orElse(null));
            json.put("view", choice.view().wireName());
            json.put("minutes", choice.minutes());
            String grain = grain(reading, choice);
            json.put("grain", grain);
            json.put("from", from);
            json.put("now", now.toString());
            json.put("totals", totals.rows().get(0));
            json.put(
                    "series",
                    report(reading, choice, from, grain, "requests,impressions,revenue_micros", "")
                            .rows());
            json.put(
                    "share",
                    report(reading, choice, from, grain + ",aggregator", "decisions", "")
                            .rows());
            json.put(
                    "aggregators",
                    report(reading, choice, from, "aggregator", TABLE_MEASURES, "-revenue_micros")
                            .rows());
            json.put(
                    "channels",
                    report(reading, choice, from, "channel", TABLE_MEASURES, "-requests")
                            .rows());
        }
        return json;
    }

    /** Hours where minutes would be too many points. */
    private String grain(Reading reading, Choice choice) {
        if (choice.minutes() > 0) {
            return choice.minutes() > MINUTES_CHARTED ? "hour" : "minute";
        }
        return report(reading, choice, "", "hour", "requests", "").rows().size() > MINUTES_CHARTED / 60
                ? "hour"
                : "minute";
    }

    private Report report(Reading reading, Choice choice, String from, String by, String measures, String order) {
        return reading.report(ReportQuery.of(Map.of(
                "by", List.of(by),
                "measures", List.of(measures),
                "from", List.of(from),
                "view", List.of(choice.view().wireName()),
                "order", List.of(order))));
    }
}
