package io.datastreamx.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;

/**
 * The boxes of a day: what each is watching and has shown last, and the records that they make of it. 30 channels of
 * which few are watched by many, 10 regions, 4 models. Not thread-safe.
 */
final class DayBoxes {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int CHANNELS = 30;
    private static final int REGIONS = 10;
    private static final int MODELS = 4;
    private static final int[] TMAX_MS = {300, 500, 700, 1_000};
    private static final double ZAPS = 0.2;
    /** Heartbeats that were kept while a box was offline, of the last day. */
    private static final double LATE = 0.001;

    private static final int LATEST_MS = 86_400_000;

    /** An ad request on its way. @param context as records tell it */
    record Request(String id, int box, String context, Fleet.Message message) {}

    private final SplittableRandom random;
    private final String run;
    private final byte[] channels;
    private final byte[] previous;
    private final String[] lastAds;
    private long ids;

    /** @param run part of all ids, so that two runs on one log do not collide */
    DayBoxes(int boxes, long seed, String run) {
        this.random = new SplittableRandom(seed);
        this.run = run;
        this.channels = new byte[boxes];
        this.previous = new byte[boxes];
        this.lastAds = new String[boxes];
        for (int box = 0; box < boxes; box++) {
            channels[box] = channel();
            previous[box] = channel();
        }
    }

    /** A heartbeat, or the box has another channel now. */
    Fleet.Message tuning(long nowMs) {
        int box = random.nextInt(channels.length);
        if (random.nextDouble() < ZAPS) {
            previous[box] = channels[box];
            channels[box] = channel();
            return message("tuning-events", box, "tune_in", nowMs, context(box));
        }
        long at = random.nextDouble() < LATE ? nowMs - random.nextInt(LATEST_MS) : nowMs;
        return message("tuning-events", box, "heartbeat", at, ",\"duration_s\":60" + context(box));
    }

    Request request(long nowMs) {
        int box = random.nextInt(channels.length);
        String id = run + "-r" + ids++;
        String context = context(box);
        String fields = ",\"request_id\":\"" + id + "\",\"tmax_ms\":" + TMAX_MS[random.nextInt(TMAX_MS.length)]
                + ",\"bid_floor_micros\":0,\"currency\":\"USD\",\"max_duration_s\":30";
        return new Request(id, box, context, message("ad-requests", box, "ad_request", nowMs, fields + context));
    }

    /** @param ad fields of the request, the aggregator and the ad */
    Fleet.Message playback(Request request, String type, String ad, long nowMs) {
        return message("ad-events", request.box(), type, nowMs, ad + request.context());
    }

    /** The box has shown this ad. */
    void shown(Request request, String adId) {
        lastAds[request.box()] = adId;
    }

    private String context(int box) {
        return ",\"channel_id\":\"" + name(channels[box]) + "\",\"previous_channel_id\":\"" + name(previous[box]) + "\""
                + (lastAds[box] == null ? "" : ",\"last_ad_id\":\"" + lastAds[box] + "\"") + ",\"region\":\"r"
                + box % REGIONS + "\",\"device_model\":\"m" + box / REGIONS % MODELS + "\"}";
    }

    private static String name(byte channel) {
        return channel < 10 ? "ch-0" + channel : "ch-" + channel;
    }

    private byte channel() {
        double share = random.nextDouble();
        return (byte) (CHANNELS * share * share);
    }

    private Fleet.Message message(String topic, int box, String type, long timeMs, String rest) {
        String device = "box-" + box;
        String value = "{\"schema_version\":1,\"event_id\":\"" + run + "-" + ids++ + "\",\"event_type\":\"" + type
                + "\",\"event_time\":\"" + TIME.format(Instant.ofEpochMilli(timeMs)) + "\",\"device_id\":\"" + device
                + "\"" + rest;
        return new Fleet.Message(
                topic, device.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
    }
}
