package io.datastreamx.simulator;

import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Position;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.simulator.world.Ads;
import io.datastreamx.simulator.world.Answer;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Truth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ObjLongConsumer;

/**
 * Decides and dispatches in a simulated past, as the speed layer would under a policy that draws uniformly: the
 * decision, one response per attempt down the ranking until an ad comes or the time is up, and the delivery.
 */
final class SimulatedRouter {
    private static final long DECIDED_AFTER_MS = 3;
    private static final long NETWORK_MS = 1;
    private static final String POLICY = "uniform-1";

    private final Truth truth;
    private final FleetOptions options;
    private final RecordSink sink;
    private final Agenda agenda;
    private final ObjLongConsumer<Delivery> deliveries;
    private final EventWriter writer;

    /** @param deliveries told of each ad that reaches its box, and when */
    SimulatedRouter(
            Truth truth, FleetOptions options, RecordSink sink, Agenda agenda, ObjLongConsumer<Delivery> deliveries) {
        this.truth = truth;
        this.options = options;
        this.sink = sink;
        this.agenda = agenda;
        this.deliveries = deliveries;
        this.writer = new EventWriter(options.currency());
    }

    void requested(Opportunity opportunity) {
        agenda.at(opportunity.timeMs() + DECIDED_AFTER_MS, at -> decide(opportunity, at));
    }

    private void decide(Opportunity opportunity, long nowMs) {
        List<String> ranking = ranking(opportunity.requestId());
        double propensity = 1.0 / ranking.size();
        Decision decision = new Decision(
                opportunity.request(),
                Instant.ofEpochMilli(nowMs),
                DecisionStatus.ROUTED,
                ranking.stream()
                        .map(id -> new Candidate(
                                id,
                                truth.world()
                                        .aggregators()
                                        .get(truth.indexOf(id))
                                        .contractPriceMicros(),
                                propensity))
                        .toList(),
                order(ranking),
                ranking.get(0),
                propensity,
                true,
                null,
                POLICY + "/-/-/-",
                POLICY,
                null,
                null,
                List.of());
        send(opportunity.requestId(), decision.toEvent());
        ask(opportunity, ranking, 1, nowMs);
    }

    /** Each order is as likely as any other. */
    private static List<Position> order(List<String> ranking) {
        List<Position> order = new ArrayList<>();
        for (int i = 0; i < ranking.size(); i++) {
            order.add(new Position(ranking.get(i), 1.0 / (ranking.size() - i)));
        }
        return order;
    }

    private void ask(Opportunity opportunity, List<String> ranking, int attempt, long nowMs) {
        long leftMs = opportunity.request().deadline().toEpochMilli() - nowMs;
        if (attempt > ranking.size() || leftMs <= NETWORK_MS) {
            return;
        }
        String aggregatorId = ranking.get(attempt - 1);
        Answer answer = truth.answer(
                aggregatorId,
                opportunity.context(),
                opportunity.requestId(),
                opportunity.request().bidFloorMicros());
        long limitMs = Math.min(
                leftMs,
                truth.world().aggregators().get(truth.indexOf(aggregatorId)).timeoutMs());
        boolean timeout = answer.latencyMs() + NETWORK_MS > limitMs;
        long tookMs = timeout ? limitMs : answer.latencyMs() + NETWORK_MS;
        agenda.at(nowMs + tookMs, at -> {
            boolean fill = !timeout && answer.kind() == Answer.Kind.FILL;
            respond(opportunity, aggregatorId, attempt, timeout ? null : answer, tookMs, at);
            if (fill) {
                deliver(opportunity, aggregatorId, answer, at);
            } else {
                ask(opportunity, ranking, attempt + 1, at);
            }
        });
    }

    /** @param answer null where none came in time */
    private void respond(
            Opportunity opportunity, String aggregatorId, int attempt, Answer answer, long tookMs, long nowMs) {
        String id = "response:%s:%s:%d".formatted(opportunity.requestId(), aggregatorId, attempt);
        EventDraft event = event(EventType.RESPONSE, id, opportunity, nowMs)
                .with("aggregator_id", aggregatorId)
                .with("attempt", attempt)
                .with("outcome", answer == null ? ResponseOutcome.TIMEOUT : outcome(answer.kind()))
                .with("latency_ms", tookMs);
        if (answer != null && answer.kind() == Answer.Kind.FILL) {
            event.with("price_micros", answer.priceMicros())
                    .with("currency", options.currency())
                    .with("ad_id", answer.adId())
                    .with("creative_id", Ads.creativeId(answer.adId()));
        }
        send(opportunity.box().id, event.with(opportunity.request().context()));
    }

    private static ResponseOutcome outcome(Answer.Kind kind) {
        return switch (kind) {
            case FILL -> ResponseOutcome.FILL;
            case NO_FILL -> ResponseOutcome.NO_FILL;
            case ERROR -> ResponseOutcome.ERROR;
        };
    }

    private void deliver(Opportunity opportunity, String aggregatorId, Answer answer, long nowMs) {
        String creative = Ads.creativeId(answer.adId());
        EventDraft event = event(EventType.AD_DELIVERY, "delivery:" + opportunity.requestId(), opportunity, nowMs)
                .with("aggregator_id", aggregatorId)
                .with("ad_id", answer.adId())
                .with("creative_id", creative)
                .with("media_url", "http://media." + aggregatorId + ".example/" + creative + ".mp4")
                .with("price_micros", answer.priceMicros());
        send(opportunity.box().id, event);
        deliveries.accept(
                new Delivery(opportunity.requestId(), aggregatorId, answer.adId(), answer.priceMicros()), nowMs);
    }

    private static EventDraft event(EventType type, String id, Opportunity opportunity, long nowMs) {
        return EventDraft.of(type, id, Instant.ofEpochMilli(nowMs), opportunity.box().id)
                .with("request_id", opportunity.requestId());
    }

    private void send(String key, EventDraft event) {
        sink.send(event.type().topic().topicName(), key, writer.write(event));
    }

    /** A fair shuffle that depends on the request alone; the first is the chosen one. */
    private List<String> ranking(String requestId) {
        List<String> left = new ArrayList<>(truth.aggregatorIds());
        List<String> ranking = new ArrayList<>();
        SplittableRandom random = Draws.random(options.seed(), "ranking", requestId);
        while (!left.isEmpty()) {
            ranking.add(left.remove(random.nextInt(left.size())));
        }
        return ranking;
    }
}
