package io.datastreamx.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Random;

/**
 * Records as a fleet of boxes makes them: per ad opportunity five heartbeats, an answer of an aggregator, and with a
 * fill the playback events, some of which stop half-way. 30,000 boxes, 60 channels of which few are watched by many, 12
 * aggregators, 300 ads. The same seed gives the same records.
 */
final class Fleet implements Iterator<Fleet.Message> {
    /** One record. @param key the device's id, as boxes send it */
    record Message(String topic, byte[] key, byte[] value) {}

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String[] PLAYBACK = {
        "impression", "start", "first_quartile", "midpoint", "third_quartile", "complete"
    };
    private static final int BOXES = 30_000;
    private static final int CHANNELS = 60;
    private static final int AGGREGATORS = 12;
    private static final int ADS = 300;

    private final Random draw;
    private final long seed;
    private final long wanted;
    private final Instant start;
    private final Duration span;
    private final Deque<Message> ready = new ArrayDeque<>();
    private long made;
    private long opportunities;

    /** @param span how much event time the records cover: 26 million records a day are the density of 30,000 boxes */
    Fleet(long seed, long wanted, Instant start, Duration span) {
        this.seed = seed;
        this.draw = new Random(seed);
        this.wanted = wanted;
        this.start = start;
        this.span = span;
    }

    /** As dense as 30,000 boxes make them. */
    static Duration dense(long records) {
        return Duration.ofMillis(records * 86_400_000L / 26_000_000L);
    }

    @Override
    public boolean hasNext() {
        return made - ready.size() < wanted;
    }

    @Override
    public Message next() {
        while (ready.isEmpty()) {
            opportunity();
        }
        return ready.poll();
    }

    private void opportunity() {
        opportunities++;
        Instant at = start.plusMillis((long) (span.toMillis() * ((double) made / wanted)));
        String box = "box-%06d".formatted(draw.nextInt(BOXES));
        String context = ",\"channel_id\":\"" + channel() + "\",\"previous_channel_id\":\"" + channel()
                + "\",\"last_ad_id\":\"ad-" + draw.nextInt(ADS) + "\",\"region\":\"r" + draw.nextInt(10)
                + "\",\"device_model\":\"m" + draw.nextInt(4) + "\"}";
        for (int minute = 0; minute < 5; minute++) {
            put("tuning-events", box, "heartbeat", at.plusSeconds(60L * minute), ",\"duration_s\":60" + context);
        }
        String request = ",\"request_id\":\"" + seed + "-r" + opportunities + "\",\"aggregator_id\":\"agg-"
                + "%02d".formatted(draw.nextInt(AGGREGATORS)) + "\"";
        String ad = ",\"ad_id\":\"ad-" + draw.nextInt(ADS) + "\",\"price_micros\":"
                + (1_000_000 + draw.nextInt(8_000_000)) + ",\"currency\":\"USD\"";
        boolean fill = draw.nextDouble() < 0.6;
        put(
                "ad-events",
                box,
                "response",
                at.plusMillis(100),
                request + ",\"attempt\":1,\"outcome\":\"" + (fill ? "fill" : "no_fill") + "\",\"latency_ms\":"
                        + (5 + draw.nextInt(295)) + (fill ? ad + ",\"creative_id\":\"c\"" : "") + context);
        if (fill) {
            for (int step = 0; step < PLAYBACK.length; step++) {
                put("ad-events", box, PLAYBACK[step], at.plusSeconds(1 + 7L * step), request + ad + context);
                if (draw.nextDouble() < 0.06) {
                    break;
                }
            }
        }
    }

    private String channel() {
        double share = draw.nextDouble();
        return "ch-%03d".formatted((int) (CHANNELS * share * share));
    }

    private void put(String topic, String box, String type, Instant time, String rest) {
        String value = "{\"schema_version\":1,\"event_id\":\"" + seed + "-" + made + "\",\"event_type\":\"" + type
                + "\",\"event_time\":\"" + TIME.format(time) + "\",\"device_id\":\"" + box + "\"" + rest;
        made++;
        ready.add(new Message(topic, box.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)));
    }
}
