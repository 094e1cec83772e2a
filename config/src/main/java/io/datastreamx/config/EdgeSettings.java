package io.datastreamx.config;

import java.time.Duration;

/**
 * The edge, where boxes send their records over HTTP.
 *
 * @param port zero picks a free one
 * @param keysFile path of the keys that sign and verify the boxes' tokens
 * @param maxBodyBytes most that a request may hold, as it comes and unpacked
 * @param ratePerDevice records a second that one box may send
 * @param burst how many records one box may send at once after a pause
 * @param maxInFlightBytes of all boxes, being read or waiting for Kafka
 * @param kafkaPatience after which a record that Kafka has not taken is given back to its box
 * @param longestWait no box waits longer for its ad
 * @param maxStreams open streams of ads, over all boxes
 * @param warmUpRequests made-up requests that it sends itself before it is ready
 */
public record EdgeSettings(
        String host,
        int port,
        String keysFile,
        long maxBodyBytes,
        int ratePerDevice,
        int burst,
        long maxInFlightBytes,
        Duration kafkaPatience,
        Duration longestWait,
        int maxStreams,
        int warmUpRequests) {
    /** Kafka's clients hold 32 MB; a sender that came beyond would have to wait for room. */
    private static final long MOST_IN_FLIGHT = 24 << 20;

    public EdgeSettings {
        Allowed.given("datastreamx.edge.host", host);
        Allowed.range("datastreamx.edge.port", port, 0, 65_535);
        Allowed.given("datastreamx.edge.keys-file", keysFile);
        Allowed.range("datastreamx.edge.max-body", maxBodyBytes, 64 << 10, 4 << 20);
        Allowed.range("datastreamx.edge.rate-per-device", ratePerDevice, 1, 1_000_000);
        Allowed.range("datastreamx.edge.burst", burst, 1, 1_000_000);
        Allowed.range("datastreamx.edge.max-in-flight", maxInFlightBytes, maxBodyBytes, MOST_IN_FLIGHT);
        Allowed.atLeast("datastreamx.edge.kafka-patience", kafkaPatience, Duration.ofSeconds(1));
        Allowed.notNegative("datastreamx.edge.longest-wait", longestWait);
        Allowed.range("datastreamx.edge.max-streams", maxStreams, 0, 1_000_000);
        Allowed.range("datastreamx.edge.warm-up-requests", warmUpRequests, 0, 1_000_000);
    }

    /** Where clients on this machine reach it, if it listens at the port of the settings. */
    public String url() {
        return "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + port;
    }

    static EdgeSettings of(Values values) {
        return new EdgeSettings(
                values.text("host"),
                values.whole("port"),
                values.text("keys-file"),
                values.bytes("max-body"),
                values.whole("rate-per-device"),
                values.whole("burst"),
                values.bytes("max-in-flight"),
                values.duration("kafka-patience"),
                values.duration("longest-wait"),
                values.whole("max-streams"),
                values.whole("warm-up-requests"));
    }
}
