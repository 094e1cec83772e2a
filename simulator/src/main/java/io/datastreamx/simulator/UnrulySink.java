package io.datastreamx.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Sends every record, some of them twice, and now and then one that nobody can read. What is sent stays complete:
 * faults only add.
 */
final class UnrulySink {
    private static final long LONGEST_RESEND_MS = 30_000;

    private final RecordSink sink;
    private final Agenda agenda;
    private final FleetOptions options;
    private final SplittableRandom random;

    UnrulySink(RecordSink sink, Agenda agenda, FleetOptions options, SplittableRandom random) {
        this.sink = sink;
        this.agenda = agenda;
        this.options = options;
        this.random = random;
    }

    void send(String topic, String key, byte[] value, long nowMs) {
        sink.send(topic, key, value);
        if (random.nextDouble() < options.duplicates()) {
            agenda.at(nowMs + random.nextLong(LONGEST_RESEND_MS), at -> sink.send(topic, key, value));
        }
        if (random.nextDouble() < options.malformed()) {
            sink.sendBroken(topic, key, broken(value));
        }
    }

    private byte[] broken(byte[] good) {
        String text = new String(good, StandardCharsets.UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(good, good.length / 2);
            case 1 -> utf8(text.replace("\"schema_version\":1", "\"schema_version\":true"));
            case 2 -> utf8(text.replace("\"event_type\":\"", "\"event_type\":\"no_such_"));
            case 3 -> utf8(text.replace("\"device_id\"", "\"box\""));
            default -> withBadByte(good);
        };
    }

    private static byte[] withBadByte(byte[] good) {
        byte[] bytes = good.clone();
        bytes[bytes.length - 3] = (byte) 0xff;
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
