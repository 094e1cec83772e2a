package io.datastreamx.simulator;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.EventDraft;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Playback;
import io.datastreamx.simulator.world.Traffic;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.Viewing;
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
    private static final long HEARTBEAT_MS = 60_000;
    private static final double SWITCH_OFF = 0.1;
    /** VAST 405: a problem displaying the media file. */
    private static final long VAST_MEDIA_ERROR = 405;

    private static final long FORGET_MS = 60_000;
    private static final long LATEST_MS = TimeUnit.DAYS.toMillis(3);

    private final Truth truth;
    private final Viewing viewing;
    private final Traffic traffic;
    private final double meanStayMs;
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
        this.viewing = truth.world().viewing();
        this.traffic = truth.world().traffic();
        this.meanStayMs = 1_000 * viewing.staySeconds();
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
                    viewing.popular(viewing.regions(), random),
                    viewing.popular(viewing.deviceModels(), random));
            boxes[i] = box;
            // All are on at once for the demo's sake; the events spread over the first stay.
            box.channel = viewing.popular(viewing.channels(), random);
            box.tunedSinceMs = startMs;
            agenda.at(startMs + random.nextLong((long) meanStayMs), at -> move(box, at));
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
        Playback playback =
                truth.playback(delivery.aggregatorId(), delivery.adId(), opportunity.context(), delivery.requestId());
        List<EventType> types = playback.eventTypes();
        for (int i = 0; i < types.size(); i++) {
            EventType type = types.get(i);
            long eventMs = nowMs + playback.afterMs(i);
            long toldMs = type == EventType.COMPLETE ? eventMs + playback.lateMs() : eventMs;
            agenda.at(toldMs, at -> played(delivery, opportunity, type, at - (toldMs - eventMs), at));
        }
        opportunity.box().playingUntilMs = nowMs + types.size() * playback.stepMs();
    }

    private void played(Delivery delivery, Opportunity opportunity, EventType type, long eventMs, long nowMs) {
        if (type == EventType.IMPRESSION) {
            opportunity.box().lastAd = delivery.adId();
            opportunity.box().viewed.saw(delivery.adId(), eventMs);
        }
        EventDraft event = event(type, opportunity.box(), eventMs)
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
        double pause = -Math.log(1 - random.nextDouble()) * 1_000 / options.requestsPerSecond() / busy(nowMs);
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
                traffic.tmaxMs().get(random.nextInt(traffic.tmaxMs().size())),
                traffic.floorsMicros().get(random.nextInt(traffic.floorsMicros().size())),
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
                box.beforeThat = box.previousChannel;
                box.previousChannel = left;
                tuneIn(box, nowMs);
            } else {
                box.beforeThat = null;
                box.previousChannel = null;
            }
        } else {
            tuneIn(box, nowMs);
        }
        double mean = box.channel == null ? meanStayMs / 4 : meanStayMs;
        agenda.at(nowMs + 1_000 + (long) (-Math.log(1 - random.nextDouble()) * mean), at -> move(box, at));
    }

    private void tuneIn(Box box, long nowMs) {
        box.channel = viewing.next(box.previousChannel, box.beforeThat, random);
        box.tunedSinceMs = nowMs;
        box.stay++;
        int stay = box.stay;
        tuning(EventType.TUNE_IN, box, nowMs, -1);
        agenda.at(nowMs + HEARTBEAT_MS, at -> heartbeat(box, stay, at));
    }

    /** The rate is that of the busiest hour. */
    private double busy(long nowMs) {
        return Math.max(0.01, traffic.busy((int) Math.floorMod(Math.floorDiv(nowMs, 3_600_000L), 24L)));
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
