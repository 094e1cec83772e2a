package io.datastreamx.contract.measure;

import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.ResponseOutcome;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The additive measures: each is a sum of whole numbers over events, so partial sums of any split of the log add up to
 * the whole. Each is defined once, by the events that it counts and the column that it adds up; the SQL that Spark,
 * DuckDB, BigQuery and the generated views use and the addition in Java both follow from that.
 */
public enum Measure {
    REQUESTS(of(EventType.AD_REQUEST), "Ad opportunities asked for."),
    DECISIONS(decided(DecisionStatus.ROUTED), "Requests routed to an aggregator."),
    EXPIRED(decided(DecisionStatus.EXPIRED), "Requests seen only after their deadline."),
    NO_CANDIDATES(decided(DecisionStatus.NO_CANDIDATE), "Requests that no aggregator could take."),
    RESPONSES(of(EventType.RESPONSE), "Answers of aggregators, one per attempt."),
    FILLS(answered(ResponseOutcome.FILL), "Answers with an ad."),
    NO_FILLS(answered(ResponseOutcome.NO_FILL), "Answers without an ad."),
    TIMEOUTS(answered(ResponseOutcome.TIMEOUT), "Attempts that ran out of time."),
    RESPONSE_ERRORS(answered(ResponseOutcome.ERROR), "Attempts that failed."),
    IMPRESSIONS(of(EventType.IMPRESSION), "Ads that began to render (VAST Impression)."),
    STARTS(of(EventType.START), "Ads whose playback began (VAST start)."),
    COMPLETES(of(EventType.COMPLETE), "Ads played to the end (VAST complete)."),
    PLAYBACK_ERRORS(of(EventType.ERROR), "Ads that failed to play (VAST Error)."),
    IMPLAUSIBLE_CLOCKS(
            EventCondition.wrongClock(),
            "Events whose time is older than 35 days or more than 25 hours ahead of their arrival; they count in the minute of it."),
    COMPLETED_PRICE_MICROS(
            of(EventType.COMPLETE),
            FillPrice.COUNTED,
            "Sum of CPM prices over completes, micro-units: of each the fill's, where its fill is known."),
    COMPLETES_WITHOUT_FILL(
            FillPrice.withoutFill(), "Completes of ads of which no fill is known: only the box vouches for them."),
    UNFILLED_PRICE_MICROS(
            FillPrice.withoutFill(),
            FillPrice.COUNTED,
            "Sum of CPM prices over completes without a known fill, micro-units; part of completed_price_micros, no part of revenue_micros."),
    TUNE_INS(of(EventType.TUNE_IN), "Times a box tuned to a channel."),
    TUNED_S(of(EventType.TUNE_OUT, EventType.HEARTBEAT), "duration_s", "Seconds tuned.");

    private final EventCondition condition;
    private final String summed;
    private final String meaning;
    private final String column = name().toLowerCase(Locale.ROOT);

    /** Counts events. */
    Measure(EventCondition condition, String meaning) {
        this(condition, null, meaning);
    }

    /** @param summed the column of the raw log that is added up; null where events are counted */
    Measure(EventCondition condition, String summed, String meaning) {
        this.condition = condition;
        this.summed = summed;
        this.meaning = meaning;
    }

    private static EventCondition of(EventType first, EventType... others) {
        return EventCondition.of(first, others);
    }

    private static EventCondition decided(DecisionStatus status) {
        return of(EventType.AD_DECISION).where("status", status.code());
    }

    private static EventCondition answered(ResponseOutcome outcome) {
        return of(EventType.RESPONSE).where("outcome", outcome.code());
    }

    /** The name in tables, reports and SQL. */
    public String column() {
        return column;
    }

    public String meaning() {
        return meaning;
    }

    /** Whether it adds one per event, and not a value of the event. */
    public boolean countsEvents() {
        return summed == null;
    }

    /** SQL over one row of the raw log: what this event adds to the sum. */
    public String contribution() {
        return "CASE WHEN " + condition.sql() + " THEN " + (summed == null ? "1" : summed) + " ELSE 0 END";
    }

    /** The same in Java. */
    public long contributionOf(CountedEvent event) {
        if (!condition.holds(event)) {
            return 0;
        }
        return summed == null ? 1 : event.number(summed);
    }

    EventCondition condition() {
        return condition;
    }

    public static Optional<Measure> named(String column) {
        return Arrays.stream(values()).filter(m -> m.column().equals(column)).findFirst();
    }
}
