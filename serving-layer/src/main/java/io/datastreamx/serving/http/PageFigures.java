package io.datastreamx.serving.http;

import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.serving.report.Group;
import io.datastreamx.serving.report.KeptGrains;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.Sight;
import io.datastreamx.serving.report.View;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The figures of the live page for one view and one window, all of one position. */
final class PageFigures {
    private static final String TABLE_MEASURES =
            "requests,decisions,responses,fills,impressions,completes,fill_rate,completion_rate,ecpm_micros,revenue_micros,latency_p95";

    private static final int MINUTES_CHARTED = 720;
    private static final int MOST_ROWS = 100;
    private static final int MOST_SHARES = 20;

    private final MergedView view;
    private final Clock clock;

    /**
     * What a reader of the page chose.
     *
     * @param minutes length of the window up to now; 0 for all there is
     * @param sight what the reader may see
     */
    record Choice(View view, int minutes, Sight sight) {}

    PageFigures(MergedView view, Clock clock) {
        this.view = view;
        this.clock = clock;
    }

    Map<String, Object> json(Choice choice) {
        Instant now = clock.instant();
        Map<String, Object> json = new LinkedHashMap<>();
        try (Reading reading = view.read()) {
            KeptGrains kept = new KeptGrains(
                    choice.view().readsBatch() ? reading.position().grains() : Grains.MINUTES);
            OptionalLong fromMinute = choice.minutes() == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(kept.startOf(Math.floorDiv(now.getEpochSecond(), 60L) - choice.minutes() + 1L));
            String from = fromMinute.isEmpty() ? "" : Group.time(fromMinute.getAsLong());
            Report totals = report(reading, choice, from, "", TABLE_MEASURES, "");
            json.put("ingest_batch", totals.ingestBatch());
            json.put("cut", totals.cut());
            json.put("version", totals.version().orElse(null));
            json.put("view", choice.view().wireName());
            json.put("minutes", choice.minutes());
            String grain = kept.since(fromMinute, grain(reading, choice, kept)).id();
            json.put("grain", grain);
            json.put("from", from);
            json.put("now", now.toString());
            json.put("totals", totals.rows().get(0));
            json.put(
                    "series",
                    report(reading, choice, from, grain, "requests,impressions,revenue_micros", "")
                            .rows());
            json.put("share", shares(reading, choice, from, grain));
            table(json, "aggregators", report(reading, choice, from, "aggregator", TABLE_MEASURES, "-revenue_micros"));
            table(json, "channels", report(reading, choice, from, "channel", TABLE_MEASURES, "-requests"));
        }
        return json;
    }

    /** Of what boxes name there may be any number; a page shows the largest. */
    private static void table(Map<String, Object> json, String name, Report report) {
        json.put(name, report.rows().stream().limit(MOST_ROWS).toList());
        json.put(name + "_cut", report.rows().size() > MOST_ROWS);
    }

    private static List<Map<String, Object>> shares(Reading reading, Choice choice, String from, String grain) {
        List<String> largest = report(reading, choice, from, "aggregator", "decisions", "-decisions").rows().stream()
                .filter(row -> row.get("aggregator") != null)
                .limit(MOST_SHARES)
                .map(row -> "aggregator=" + row.get("aggregator"))
                .toList();
        return largest.isEmpty()
                ? List.of()
                : report(reading, choice, from, grain + ",aggregator", "decisions", "", largest)
                        .rows();
    }

    /** Hours where minutes would be too many points, and days where hours would. */
    private static Grain grain(Reading reading, Choice choice, KeptGrains kept) {
        if (choice.minutes() > 0) {
            return choice.minutes() > MINUTES_CHARTED ? Grain.HOUR : Grain.MINUTE;
        }
        Grain finest = kept.since(OptionalLong.empty(), Grain.HOUR);
        int points =
                report(reading, choice, "", finest.id(), "requests", "").rows().size();
        return finest == Grain.HOUR && points > MINUTES_CHARTED / Grain.HOUR.minutes() ? Grain.HOUR : Grain.MINUTE;
    }

    private static Report report(
            Reading reading, Choice choice, String from, String by, String measures, String order) {
        return report(reading, choice, from, by, measures, order, List.of());
    }

    /** @param order where it is given, only the first rows are asked for */
    private static Report report(
            Reading reading, Choice choice, String from, String by, String measures, String order, List<String> where) {
        return reading.report(choice.sight()
                .of(ReportQuery.of(Map.of(
                        "by", List.of(by),
                        "measures", List.of(choice.sight().seen(measures)),
                        "from", List.of(from),
                        "view", List.of(choice.view().wireName()),
                        "order", List.of(choice.sight().seen(order)),
                        "where", where,
                        "limit", order.isEmpty() ? List.of() : List.of(Integer.toString(MOST_ROWS + 1))))));
    }
}
