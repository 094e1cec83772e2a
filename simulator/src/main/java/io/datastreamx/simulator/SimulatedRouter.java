package io.datastreamx.simulator;

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

    /** @param deliveries told of each ad that reaches its box, and when */
    SimulatedRouter(
            Truth truth, FleetOptions options, RecordSink sink, Agenda agenda, ObjLongConsumer<Delivery> deliveries) {
        this.truth = truth;
        this.options = options;
        this.sink = sink;
        this.agenda = agenda;
        this.deliveries = deliveries;
    }

    void requested(Opportunity opportunity) {
        agenda.at(opportunity.timeMs() + DECIDED_AFTER_MS, at -> decide(opportunity, at));
    }

    private void decide(Opportunity opportunity, long nowMs) {
        List<String> ranking = ranking(opportunity.requestId());
        double propensity = 1.0 / ranking.size();
        EventWriter event = event("ad_decision", "decision:" + opportunity.requestId(), opportunity, nowMs)
                .time("request_time", opportunity.timeMs())
                .text("status", "routed")
                .with(json -> {
                    json.writeArrayFieldStart("ranked");
                    for (String aggregatorId : ranking) {
                        json.writeStartObject();
                        json.writeStringField("aggregator_id", aggregatorId);
                        json.writeNumberField("score_micros", truth.contractPriceMicros(aggregatorId));
                        json.writeNumberField("propensity", propensity);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeBooleanField("explore", true);
                    json.writeArrayFieldStart("excluded");
                    json.writeEndArray();
                    json.writeNumberField("propensity", propensity);
                })
                .text("aggregator_id", ranking.get(0))
                .text("snapshot_id", POLICY + "/-/-")
                .text("policy_version", POLICY)
                .number("tmax_ms", opportunity.tmaxMs())
                .number("bid_floor_micros", opportunity.bidFloorMicros())
                .context(opportunity);
        sink.send("ad-decisions", opportunity.requestId(), event.done());
        ask(opportunity, ranking, 1, nowMs);
    }

    private void ask(Opportunity opportunity, List<String> ranking, int attempt, long nowMs) {
        long leftMs = opportunity.timeMs() + opportunity.tmaxMs() - nowMs;
        if (attempt > ranking.size() || leftMs <= NETWORK_MS) {
            return;
        }
        String aggregatorId = ranking.get(attempt - 1);
        Answer answer = truth.answer(
                aggregatorId, opportunity.context(), opportunity.requestId(), opportunity.bidFloorMicros());
        long limitMs = Math.min(leftMs, truth.timeoutMs(aggregatorId));
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
        EventWriter event = event("response", id, opportunity, nowMs)
                .text("aggregator_id", aggregatorId)
                .number("attempt", attempt)
                .text(
                        "outcome",
                        answer == null ? "timeout" : answer.kind().name().toLowerCase())
                .number("latency_ms", tookMs);
        if (answer != null && answer.kind() == Answer.Kind.FILL) {
            event.number("price_micros", answer.priceMicros())
                    .text("currency", options.currency())
                    .text("ad_id", answer.adId())
                    .text("creative_id", Catalog.creativeId(answer.adId()));
        }
        sink.send("ad-events", opportunity.box().id, event.context(opportunity).done());
    }

    private void deliver(Opportunity opportunity, String aggregatorId, Answer answer, long nowMs) {
        String creative = Catalog.creativeId(answer.adId());
        EventWriter event = event("ad_delivery", "delivery:" + opportunity.requestId(), opportunity, nowMs)
                .text("aggregator_id", aggregatorId)
                .text("ad_id", answer.adId())
                .text("creative_id", creative)
                .text("media_url", "http://media." + aggregatorId + ".example/" + creative + ".mp4")
                .number("price_micros", answer.priceMicros());
        sink.send("ad-deliveries", opportunity.box().id, event.done());
        deliveries.accept(
                new Delivery(opportunity.requestId(), aggregatorId, answer.adId(), answer.priceMicros()), nowMs);
    }

    private static EventWriter event(String type, String id, Opportunity opportunity, long nowMs) {
        return new EventWriter(type, id, nowMs, opportunity.box().id).text("request_id", opportunity.requestId());
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
