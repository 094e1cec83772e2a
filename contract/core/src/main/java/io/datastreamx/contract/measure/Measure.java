package io.datastreamx.contract.measure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The additive measures: each is a sum of whole numbers over events, so partial sums of any split of the log add up to
 * the whole. The condition and the value are written in the subset of SQL that Spark, DuckDB and BigQuery share; all
 * three layers and the generated views use these strings and no others.
 */
public enum Measure {
    REQUESTS("event_type = 'ad_request'", "1", "Ad opportunities asked for."),
    DECISIONS("event_type = 'ad_decision' AND status = 'routed'", "1", "Requests routed to an aggregator."),
    EXPIRED("event_type = 'ad_decision' AND status = 'expired'", "1", "Requests seen only after their deadline."),
    NO_CANDIDATES(
            "event_type = 'ad_decision' AND status = 'no_candidate'", "1", "Requests that no aggregator could take."),
    RESPONSES("event_type = 'response'", "1", "Answers of aggregators, one per attempt."),
    FILLS("event_type = 'response' AND outcome = 'fill'", "1", "Answers with an ad."),
    NO_FILLS("event_type = 'response' AND outcome = 'no_fill'", "1", "Answers without an ad."),
    TIMEOUTS("event_type = 'response' AND outcome = 'timeout'", "1", "Attempts that ran out of time."),
    RESPONSE_ERRORS("event_type = 'response' AND outcome = 'error'", "1", "Attempts that failed."),
    IMPRESSIONS("event_type = 'impression'", "1", "Ads that began to render (VAST Impression)."),
    STARTS("event_type = 'start'", "1", "Ads whose playback began (VAST start)."),
    COMPLETES("event_type = 'complete'", "1", "Ads played to the end (VAST complete)."),
    PLAYBACK_ERRORS("event_type = 'error'", "1", "Ads that failed to play (VAST Error)."),
    COMPLETED_PRICE_MICROS("event_type = 'complete'", "price_micros", "Sum of CPM prices over completes, micro-units."),
    TUNE_INS("event_type = 'tune_in'", "1", "Times a box tuned to a channel."),
    TUNED_S("event_type IN ('tune_out', 'heartbeat')", "duration_s", "Seconds tuned.");

    private final String condition;
    private final String value;
    private final String meaning;

    Measure(String condition, String value, String meaning) {
        this.condition = condition;
        this.value = value;
        this.meaning = meaning;
    }

    /** The name in tables, reports and SQL. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String meaning() {
        return meaning;
    }

    /** SQL over one row of the raw log: what this event adds to the sum. */
    public String contribution() {
        return "CASE WHEN " + condition + " THEN " + value + " ELSE 0 END";
    }

    public static Optional<Measure> named(String column) {
        return Arrays.stream(values()).filter(m -> m.column().equals(column)).findFirst();
    }
}
