package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.Expectation;
import io.datastreamx.simulator.world.Answer;
import io.datastreamx.simulator.world.ChainClock;
import io.datastreamx.simulator.world.Playback;
import io.datastreamx.simulator.world.Truth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Dispatch of one request: the aggregators are asked one after the other, as the real one does. */
final class Attempts {
    /** From the moment that something happens to its record's append time. */
    private static final long APPENDED_AFTER_MS = 2;

    private final Truth truth;
    private final Caps caps;
    private final Asked asked;
    private final List<AttemptRow> rows = new ArrayList<>(4);
    private final List<Integer> places = new ArrayList<>(4);
    private final List<Expectation> expected = new ArrayList<>(4);
    private long tookMs;
    private String adId;
    private long priceMicros;
    private Playback playback;

    Attempts(Truth truth, Caps caps, Asked asked) {
        this.truth = truth;
        this.caps = caps;
        this.asked = asked;
    }

    Attempts run(List<Integer> order) {
        for (int i = 0; i < order.size() && !filled() && asked.leftMs() - tookMs >= ChainClock.LEAST_MS; i++) {
            int aggregator = order.get(i);
            if (caps.reserve(aggregator)) {
                ask(aggregator, i + 1);
                if (!filled()) {
                    caps.giveBack(aggregator);
                }
            }
        }
        return this;
    }

    private void ask(int aggregator, int position) {
        Answer answer = truth.answer(
                aggregator,
                asked.situation(),
                asked.request().requestId(),
                asked.request().bidFloorMicros());
        var profile = truth.world().aggregators().get(aggregator);
        long limitMs = Math.min(asked.leftMs() - tookMs, profile.timeoutMs());
        boolean timeout = answer.latencyMs() > limitMs;
        long latencyMs = timeout ? limitMs : answer.latencyMs();
        tookMs += latencyMs;
        ResponseOutcome outcome = timeout ? ResponseOutcome.TIMEOUT : outcome(answer.kind());
        boolean fill = outcome == ResponseOutcome.FILL;
        rows.add(new AttemptRow(profile.id(), position, outcome, latencyMs, fill ? answer.priceMicros() : 0));
        places.add(aggregator);
        if (fill) {
            adId = answer.adId();
            priceMicros = answer.priceMicros();
            playback = truth.playback(
                    aggregator, adId, asked.situation(), asked.request().requestId());
        }
    }

    private static ResponseOutcome outcome(Answer.Kind kind) {
        return switch (kind) {
            case FILL -> ResponseOutcome.FILL;
            case NO_FILL -> ResponseOutcome.NO_FILL;
            case ERROR -> ResponseOutcome.ERROR;
        };
    }

    boolean filled() {
        return adId != null;
    }

    int count() {
        return rows.size();
    }

    long earnedCpmMicros() {
        return filled() && playback.complete() ? priceMicros : 0;
    }

    Asked asked() {
        return asked;
    }

    /** Who was asked and how each answered. */
    List<AttemptRow> rows() {
        return rows;
    }

    /** For who decided: what was expected of each attempt; null where nothing was. */
    List<Expectation> expected() {
        return expected;
    }

    /** Adds what was seen, by place. */
    void tell(DayFigures figures) {
        for (int i = 0; i < rows.size(); i++) {
            figures.asked[places.get(i)]++;
            figures.filled[places.get(i)] += rows.get(i).outcome() == ResponseOutcome.FILL ? 1 : 0;
        }
    }

    /** The box remembers the ad. */
    void shown(LabBox box) {
        if (filled() && playback.rendered()) {
            box.lastAd = adId;
            box.viewed.saw(adId, asked.decidedAt().toEpochMilli() + tookMs);
        }
    }

    DecisionRow row(Decision decision) {
        Instant delivered = asked.decidedAt().plusMillis(tookMs);
        boolean complete = filled() && playback.complete();
        Instant completedAt = complete ? delivered.plusMillis(playback.completeAfterMs()) : null;
        return DecisionRows.of(
                decision,
                asked.decidedAt().plusMillis(APPENDED_AFTER_MS),
                rows,
                completedAt,
                complete ? completedAt.plusMillis(playback.lateMs() + APPENDED_AFTER_MS) : null);
    }
}
