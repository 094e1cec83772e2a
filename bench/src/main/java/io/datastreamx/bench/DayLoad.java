package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.StopSignal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The boxes and aggregators of a day, as a program of its own: requests as the curve has them, playback of what is
 * delivered, and so many tunings that all topics together get the curve's records a second. One record in a hundred
 * comes a second time, one in a thousand is not valid. It sends what is due, however late that makes it.
 *
 * <p>Arguments: boxes, number of aggregators, file for their terms. Says READY when they listen; then a line with
 * Kafka's address, seconds of warm-up at the morning's rate, seconds of the day and rates begins it, and at its end it
 * prints what it has sent.
 */
public final class DayLoad {
    private static final Duration TICK = Duration.ofMillis(3);
    private static final int RETRIES = 100;
    private static final int RETRY_AFTER = 500;
    private static final int FAULTS = 1_000;
    private static final byte[] FAULTY =
            "{\"schema_version\":1,\"event_type\":\"heartbeat\"".getBytes(StandardCharsets.UTF_8);
    private static final String[] PLAYBACK = {
        "impression", "start", "first_quartile", "midpoint", "third_quartile", "complete"
    };
    private static final long STEP_MS = 5_000;
    private static final double STOPS = 0.06;
    private static final long FORGET_MS = 60_000;
    /** Of the curve: even where the others take all of it, boxes do not fall silent. */
    private static final double LEAST_TUNINGS = 0.05;

    private record Due(long atMs, Fleet.Message message) {}

    private record Waiting(DayBoxes.Request request, long sinceMs) {}

    private final DayCurve curve;
    private final DayBoxes boxes;
    private final Producer<byte[], byte[]> producer;
    private final SplittableRandom random = new SplittableRandom(7);
    private final PriorityQueue<Due> agenda = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final Deque<Fleet.Message> recent = new ArrayDeque<>();
    private final Map<String, Long> sent = new HashMap<>();
    private long all;
    private long tunings;

    private DayLoad(DayCurve curve, DayBoxes boxes, Producer<byte[], byte[]> producer) {
        this.curve = curve;
        this.boxes = boxes;
        this.producer = producer;
    }

    public static void main(String[] args) {
        Application.run("load", application -> run(application, args));
    }

    private static ExitCode run(Application application, String[] args) throws IOException {
        DayBoxes boxes = new DayBoxes(Integer.parseInt(args[0]), 11, Long.toString(System.currentTimeMillis(), 36));
        try (DayAggregators aggregators = new DayAggregators(Integer.parseInt(args[1]));
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            aggregators.writeTerms(Path.of(args[2]));
            application.ready("aggregators listen");
            String order = orders.readLine();
            if (order == null) {
                return ExitCode.OK;
            }
            String[] day = order.split(" ");
            DayCurve curve = new DayCurve(number(day[2]), number(day[3]), number(day[4]), number(day[5]));
            KafkaClients kafka = KafkaClients.plaintext(day[0], "load");
            try (Producer<byte[], byte[]> producer = kafka.writer("boxes")) {
                DayLoad load = new DayLoad(curve, boxes, producer);
                load.day(kafka, number(day[1]), application.stop());
                producer.flush();
                ObjectNode told = Machine.JSON.createObjectNode();
                load.sent.forEach(told::put);
                told.put("bid_requests", aggregators.asked()).put("bids", aggregators.filled());
                System.out.println(told);
            }
        }
        return ExitCode.OK;
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    private void day(KafkaClients kafka, double warmUp, StopSignal stop) throws IOException {
        try (LogEnds ends = new LogEnds(kafka);
                Consumer<byte[], byte[]> deliveries = kafka.reader("deliveries", "ad-deliveries")) {
            deliveries.seekToEnd(deliveries.assignment());
            deliveries.assignment().forEach(deliveries::position);
            Filler filler = new Filler(ends);
            double requestsDue = 0;
            double tuningsDue = 0;
            long began = System.nanoTime();
            double before = -warmUp;
            while (before < curve.seconds() && !stop.isRaised()) {
                double now = Math.min(curve.seconds(), (System.nanoTime() - began) / 1e9 - warmUp);
                long nowMs = System.currentTimeMillis();
                requestsDue += curve.requestsPerSecond(now) * (now - before);
                tuningsDue += filler.tuningsPerSecond(now) * (now - before);
                for (; requestsDue >= 1; requestsDue--) {
                    ask(nowMs);
                }
                for (; tuningsDue >= 1; tuningsDue--) {
                    tunings++;
                    send(boxes.tuning(nowMs));
                }
                while (!agenda.isEmpty() && agenda.peek().atMs() <= nowMs) {
                    send(agenda.poll().message());
                }
                for (ConsumerRecord<byte[], byte[]> delivery : deliveries.poll(TICK)) {
                    play(Machine.JSON.readTree(delivery.value()), System.currentTimeMillis());
                }
                before = now;
            }
        }
    }

    private void ask(long nowMs) {
        DayBoxes.Request request = boxes.request(nowMs);
        waiting.put(request.id(), new Waiting(request, nowMs));
        var oldest = waiting.values().iterator();
        while (oldest.next().sinceMs() < nowMs - FORGET_MS) {
            oldest.remove();
        }
        send(request.message());
    }

    /** A box got an ad. Its events carry the time at which they happen. */
    private void play(JsonNode delivery, long nowMs) {
        Waiting asked = waiting.remove(delivery.path("request_id").asText());
        if (asked == null) {
            return;
        }
        String adId = delivery.get("ad_id").asText();
        String ad = ",\"request_id\":\"" + asked.request().id() + "\",\"aggregator_id\":\""
                + delivery.get("aggregator_id").asText() + "\",\"ad_id\":\"" + adId + "\",\"price_micros\":"
                + delivery.get("price_micros").asLong() + ",\"currency\":\"USD\"";
        for (int step = 0; step < PLAYBACK.length; step++) {
            long at = nowMs + 50 + step * STEP_MS;
            agenda.add(new Due(at, boxes.playback(asked.request(), PLAYBACK[step], ad, at)));
            if (random.nextDouble() < STOPS) {
                break;
            }
        }
        boxes.shown(asked.request(), adId);
    }

    private void send(Fleet.Message message) {
        publish(message);
        recent.addLast(message);
        if (recent.size() > RETRY_AFTER) {
            recent.removeFirst();
        }
        all++;
        if (all % RETRIES == 0) {
            publish(recent.getFirst());
        }
        if (all % FAULTS == 0) {
            publish(new Fleet.Message(message.topic(), message.key(), FAULTY));
        }
    }

    private void publish(Fleet.Message message) {
        sent.merge(message.topic(), 1L, Long::sum);
        producer.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
    }

    /** Tunings are what is left of the curve's records when all others, of boxes and of services, have theirs. */
    private final class Filler {
        private static final double SECOND = 1;
        /** Of the second before; the rest is from what was known. */
        private static final double NEW = 0.4;

        private final LogEnds ends;
        private double lookedAt = Double.NEGATIVE_INFINITY;
        private long totalThen;
        private long tuningsThen;
        private double others;

        Filler(LogEnds ends) {
            this.ends = ends;
            this.totalThen = LogEnds.total(ends.now());
        }

        double tuningsPerSecond(double now) {
            if (now - lookedAt >= SECOND) {
                long total = LogEnds.total(ends.now());
                double last = (total - totalThen - (tunings - tuningsThen)) / (now - lookedAt);
                others += NEW * (last - others);
                lookedAt = now;
                totalThen = total;
                tuningsThen = tunings;
            }
            double wanted = curve.recordsPerSecond(now);
            return Math.max(LEAST_TUNINGS * wanted, wanted - others);
        }
    }
}
