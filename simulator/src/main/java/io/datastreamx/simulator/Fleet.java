package io.datastreamx.simulator;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventWriter;
import java.time.Instant;
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
    /** VAST 405: a problem displaying the media file. */
    private static final long VAST_MEDIA_ERROR = 405;

    private static final long FORGET_MS = 60_000;
    private static final long LATEST_MS = TimeUnit.DAYS.toMillis(3);

    private final Truth truth;
    private final FleetOptions options;
    private final SplittableRandom random;
    private final Agenda agenda;
    private final UnrulySink sink;
    private final Consumer<Opportunity> listener;
    private final EventWriter writer;
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
        this.writer = new EventWriter(options.currency());
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
        List<EventType> types = playback.eventTypes();
        long stepMs = 400 + random.nextLong(800);
        for (int i = 0; i < types.size(); i++) {
            EventType type = types.get(i);
            agenda.at(nowMs + 30 + i * stepMs, at -> played(delivery, opportunity, type, at));
        }
        opportunity.box().playingUntilMs = nowMs + types.size() * stepMs;
    }

    private void played(Delivery delivery, Opportunity opportunity, EventType type, long nowMs) {
        if (type == EventType.IMPRESSION) {
            opportunity.box().lastAd = delivery.adId();
        }
        EventDraft event = event(type, opportunity.box(), nowMs)
                .with("request_id", delivery.requestId())
                .with("aggregator_id", delivery.aggregatorId())
                .with("ad_id", delivery.adId())
                .with("price_micros", delivery.priceMicros())
                .with("currency", options.currency())
                .with(opportunity.request().context());
        send(opportunity.box(), type == EventType.ERROR ? event.with("error_code", VAST_MEDIA_ERROR) : event, nowMs);
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
        AdRequest request = new AdRequest(
                requestId,
                box.id,
                Instant.ofEpochMilli(nowMs),
                box.context(),
                TMAX_MS[random.nextInt(TMAX_MS.length)],
                FLOORS_MICROS[random.nextInt(FLOORS_MICROS.length)],
                options.currency(),
                "pod-" + requestId,
                1L,
                30L);
        Opportunity opportunity = new Opportunity(request, box);
        waiting.put(requestId, opportunity);
        forget(nowMs);
        send(box, request.toEvent(nextEventId()), nowMs);
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
            tuning(EventType.TUNE_OUT, box, nowMs, nowMs - box.tunedSinceMs);
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
        tuning(EventType.TUNE_IN, box, nowMs, -1);
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
            tuning(EventType.HEARTBEAT, box, nowMs, nowMs - box.tunedSinceMs);
            agenda.at(nowMs + HEARTBEAT_MS, at -> heartbeat(box, stay, at));
        }
    }

    /** @param tunedMs time since the last such event; negative where the event has none */
    private void tuning(EventType type, Box box, long nowMs, long tunedMs) {
        long eventTimeMs = random.nextDouble() < options.late() ? nowMs - random.nextLong(LATEST_MS) : nowMs;
        EventDraft event = event(type, box, eventTimeMs).with(box.context());
        if (tunedMs >= 0) {
            event.with("duration_s", tunedMs / 1_000);
            // The rest below a second is told next time.
            box.tunedSinceMs = nowMs - tunedMs % 1_000;
        }
        send(box, event, nowMs);
    }

    private EventDraft event(EventType type, Box box, long timeMs) {
        return EventDraft.of(type, nextEventId(), Instant.ofEpochMilli(timeMs), box.id);
    }

    private String nextEventId() {
        return "e-" + options.runId() + "-" + ids++;
    }

    private void send(Box box, EventDraft event, long nowMs) {
        String topic = event.type().topic().topicName();
        sent.merge(topic, 1L, Long::sum);
        sink.send(topic, box.id, writer.write(event), nowMs);
    }
}
