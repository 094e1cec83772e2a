package io.datastreamx.simulator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Boxes that tune in and out, zap, ask for ads and play what they get. Knows no clock: {@link #advance} moves it. Not
 * thread-safe.
 */
final class Fleet {
    private static final double MEAN_STAY_MS = 120_000;
    private static final long HEARTBEAT_MS = 60_000;
    private static final double SWITCH_OFF = 0.1;
    private static final int[] TMAX_MS = {300, 500, 700, 1_000};
    private static final long[] FLOORS_MICROS = {0, 0, 100_000, 200_000};
    private static final long FORGET_MS = 60_000;
    private static final long LATEST_MS = TimeUnit.DAYS.toMillis(3);

    private final Truth truth;
    private final FleetOptions options;
    private final SplittableRandom random;
    private final Agenda agenda;
    private final UnrulySink sink;
    private final Consumer<Opportunity> listener;
    private final Box[] boxes;
    private final Map<String, Opportunity> waiting = new LinkedHashMap<>();
    private final Map<String, Long> sent = new HashMap<>();
    private boolean asking = true;
    private long ids;
    /** What is left below a millisecond of the pauses between requests. */
    private double pauseRest;

    /**
     * @param agenda shared with whoever answers the requests in a simulated past
     * @param listener told of each ad request after it was sent
     */
    Fleet(
            Truth truth,
            FleetOptions options,
            RecordSink sink,
            Agenda agenda,
            Consumer<Opportunity> listener,
            long startMs) {
        this.truth = truth;
        this.options = options;
        this.random = Draws.random(options.seed(), "fleet");
        this.agenda = agenda;
        this.sink = new UnrulySink(sink, agenda, options, Draws.random(options.seed(), "faults"));
        this.listener = listener;
        this.boxes = new Box[options.boxes()];
        for (int i = 0; i < boxes.length; i++) {
            Box box = new Box(
                    "box-%06d".formatted(i),
                    Catalog.popular(Catalog.REGIONS, random),
                    Catalog.popular(Catalog.DEVICE_MODELS, random));
            boxes[i] = box;
            // All are on at once for the demo's sake; the events spread over the first stay.
            box.channel = Catalog.popular(Catalog.CHANNELS, random);
            box.tunedSinceMs = startMs;
            agenda.at(startMs + random.nextLong((long) MEAN_STAY_MS), at -> move(box, at));
            agenda.at(startMs + random.nextLong(HEARTBEAT_MS), at -> heartbeat(box, 0, at));
        }
        agenda.at(startMs, this::request);
    }

    /** Lets everything happen that is due. */
    void advance(long nowMs) {
        agenda.advance(nowMs);
    }

    /** From now on no box asks for an ad. */
    void askNoMore() {
        asking = false;
    }

    /** Records sent so far, by topic. */
    Map<String, Long> sent() {
        return sent;
    }

    /** An ad reached its box: it plays, in compressed time. */
    void deliver(Delivery delivery, long nowMs) {
        Opportunity opportunity = waiting.remove(delivery.requestId());
        if (opportunity == null) {
            return;
        }
        Playback playback = truth.playback(delivery.aggregatorId(), opportunity.context(), delivery.requestId());
        List<String> types = playback.eventTypes();
        long stepMs = 400 + random.nextLong(800);
        for (int i = 0; i < types.size(); i++) {
            String type = types.get(i);
            agenda.at(nowMs + 30 + i * stepMs, at -> played(delivery, opportunity, type, at));
        }
        opportunity.box().playingUntilMs = nowMs + types.size() * stepMs;
    }

    private void played(Delivery delivery, Opportunity opportunity, String type, long nowMs) {
        if (type.equals("impression")) {
            opportunity.box().lastAd = delivery.adId();
        }
        EventWriter event = event(type, opportunity.box(), nowMs)
                .text("request_id", delivery.requestId())
                .text("aggregator_id", delivery.aggregatorId())
                .text("ad_id", delivery.adId())
                .number("price_micros", delivery.priceMicros())
                .text("currency", options.currency())
                .context(opportunity);
        send("ad-events", opportunity.box(), type.equals("error") ? event.number("error_code", 405) : event, nowMs);
    }

    private void request(long nowMs) {
        if (!asking) {
            return;
        }
        double pause = -Math.log(1 - random.nextDouble()) * 1_000 / options.requestsPerSecond();
        long whole = (long) (pause + pauseRest);
        pauseRest += pause - whole;
        agenda.at(nowMs + whole, this::request);
        Box box = idleBox(nowMs);
        String requestId = "r-" + options.runId() + "-" + ids++;
        Opportunity opportunity = new Opportunity(
                requestId,
                box,
                box.channel,
                box.previousChannel,
                box.lastAd,
                nowMs,
                TMAX_MS[random.nextInt(TMAX_MS.length)],
                FLOORS_MICROS[random.nextInt(FLOORS_MICROS.length)]);
        waiting.put(requestId, opportunity);
        forget(nowMs);
        EventWriter event = event("ad_request", box, nowMs)
                .text("request_id", requestId)
                .context(opportunity)
                .text("pod_id", "pod-" + requestId)
                .number("slot_in_pod", 1)
                .number("max_duration_s", 30)
                .number("tmax_ms", opportunity.tmaxMs())
                .number("bid_floor_micros", opportunity.bidFloorMicros())
                .text("currency", options.currency());
        send("ad-requests", box, event, nowMs);
        listener.accept(opportunity);
    }

    private Box idleBox(long nowMs) {
        for (int i = 0; i < 1_000; i++) {
            Box box = boxes[random.nextInt(boxes.length)];
            if (box.idleAt(nowMs)) {
                return box;
            }
        }
        Box busy = boxes[random.nextInt(boxes.length)];
        if (busy.channel == null) {
            tuneIn(busy, nowMs);
        }
        return busy;
    }

    private void forget(long nowMs) {
        var oldest = waiting.values().iterator();
        while (oldest.hasNext() && oldest.next().timeMs() < nowMs - FORGET_MS) {
            oldest.remove();
        }
    }

    /** A stay ends: the box goes to another channel, off, or on. */
    private void move(Box box, long nowMs) {
        if (box.channel != null) {
            tuning("tune_out", box, nowMs, nowMs - box.tunedSinceMs);
            String left = box.channel;
            box.channel = null;
            box.stay++;
            if (random.nextDouble() >= SWITCH_OFF) {
                box.previousChannel = left;
                tuneIn(box, nowMs);
            } else {
                box.previousChannel = null;
            }
        } else {
            tuneIn(box, nowMs);
        }
        double mean = box.channel == null ? MEAN_STAY_MS / 4 : MEAN_STAY_MS;
        agenda.at(nowMs + 1_000 + (long) (-Math.log(1 - random.nextDouble()) * mean), at -> move(box, at));
    }

    private void tuneIn(Box box, long nowMs) {
        box.channel = nextChannel(box.previousChannel);
        box.tunedSinceMs = nowMs;
        box.stay++;
        int stay = box.stay;
        tuning("tune_in", box, nowMs, -1);
        agenda.at(nowMs + HEARTBEAT_MS, at -> heartbeat(box, stay, at));
    }

    /** Up or down by one as with the remote control, or to a popular channel. */
    private String nextChannel(String previous) {
        int at = Catalog.CHANNELS.indexOf(previous);
        if (at >= 0 && random.nextDouble() < 0.5) {
            int step = random.nextBoolean() ? 1 : Catalog.CHANNELS.size() - 1;
            return Catalog.CHANNELS.get((at + step) % Catalog.CHANNELS.size());
        }
        String next = Catalog.popular(Catalog.CHANNELS, random);
        return next.equals(previous) ? Catalog.CHANNELS.get((at + 1) % Catalog.CHANNELS.size()) : next;
    }

    private void heartbeat(Box box, int stay, long nowMs) {
        if (box.stay == stay && box.channel != null) {
            tuning("heartbeat", box, nowMs, nowMs - box.tunedSinceMs);
            agenda.at(nowMs + HEARTBEAT_MS, at -> heartbeat(box, stay, at));
        }
    }

    /** @param tunedMs time since the last such event; negative where the event has none */
    private void tuning(String type, Box box, long nowMs, long tunedMs) {
        long eventTimeMs = random.nextDouble() < options.late() ? nowMs - random.nextLong(LATEST_MS) : nowMs;
        EventWriter event = event(type, box, eventTimeMs)
                .text("channel_id", box.channel)
                .text("previous_channel_id", box.previousChannel)
                .text("last_ad_id", box.lastAd)
                .text("region", box.region)
                .text("device_model", box.deviceModel);
        if (tunedMs >= 0) {
            event.number("duration_s", tunedMs / 1_000);
            // The rest below a second is told next time.
            box.tunedSinceMs = nowMs - tunedMs % 1_000;
        }
        send("tuning-events", box, event, nowMs);
    }

    private EventWriter event(String type, Box box, long timeMs) {
        return new EventWriter(type, "e-" + options.runId() + "-" + ids++, timeMs, box.id);
    }

    private void send(String topic, Box box, EventWriter event, long nowMs) {
        sent.merge(topic, 1L, Long::sum);
        sink.send(topic, box.id, event.done(), nowMs);
    }
}
