package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The additive measures: each is a sum of whole numbers over events, so partial sums of any split of the log add up to
 * the whole. The condition and the value are written in the subset of SQL that Spark, DuckDB and BigQuery share; all
 * three layers and the generated views use these strings and no others.
 */
public enum Measure {
    REQUESTS(of(EventType.AD_REQUEST), "1", "Ad opportunities asked for."),
    DECISIONS(decided(DecisionStatus.ROUTED), "1", "Requests routed to an aggregator."),
    EXPIRED(decided(DecisionStatus.EXPIRED), "1", "Requests seen only after their deadline."),
    NO_CANDIDATES(decided(DecisionStatus.NO_CANDIDATE), "1", "Requests that no aggregator could take."),
    RESPONSES(of(EventType.RESPONSE), "1", "Answers of aggregators, one per attempt."),
    FILLS(answered(ResponseOutcome.FILL), "1", "Answers with an ad."),
    NO_FILLS(answered(ResponseOutcome.NO_FILL), "1", "Answers without an ad."),
    TIMEOUTS(answered(ResponseOutcome.TIMEOUT), "1", "Attempts that ran out of time."),
    RESPONSE_ERRORS(answered(ResponseOutcome.ERROR), "1", "Attempts that failed."),
    IMPRESSIONS(of(EventType.IMPRESSION), "1", "Ads that began to render (VAST Impression)."),
    STARTS(of(EventType.START), "1", "Ads whose playback began (VAST start)."),
    COMPLETES(of(EventType.COMPLETE), "1", "Ads played to the end (VAST complete)."),
    PLAYBACK_ERRORS(of(EventType.ERROR), "1", "Ads that failed to play (VAST Error)."),
    COMPLETED_PRICE_MICROS(of(EventType.COMPLETE), "price_micros", "Sum of CPM prices over completes, micro-units."),
    TUNE_INS(of(EventType.TUNE_IN), "1", "Times a box tuned to a channel."),
    TUNED_S("event_type IN ('tune_out', 'heartbeat')", "duration_s", "Seconds tuned.");

    private final String condition;
    private final String value;
    private final String meaning;

    Measure(String condition, String value, String meaning) {
        this.condition = condition;
        this.value = value;
        this.meaning = meaning;
    }

    private static String of(EventType type) {
        return "event_type = '" + type.wireName() + "'";
    }

    private static String decided(DecisionStatus status) {
        return of(EventType.AD_DECISION) + " AND status = '" + status.code() + "'";
    }

    private static String answered(ResponseOutcome outcome) {
        return of(EventType.RESPONSE) + " AND outcome = '" + outcome.code() + "'";
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
