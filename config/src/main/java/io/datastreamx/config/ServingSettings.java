package io.datastreamx.config;

import java.time.Duration;

/**
 * The serving layer.
 *
 * @param port zero picks a free one
 * @param pollInterval how often the lake's logs are looked at
 * @param bigqueryPollInterval how often BigQuery is asked for news while somebody reads
 * @param mostRows a report with more rows is refused
 * @param memoryLimit bytes that DuckDB, which holds the copy of the lake, may take
 * @param queryTimeout a question to the copy is ended after it
 * @param access who may ask, and how much
 */
public record ServingSettings(
        String host,
        int port,
        ServingSource source,
        Duration pollInterval,
        Duration bigqueryPollInterval,
        int mostRows,
        long memoryLimit,
        Duration queryTimeout,
        AccessSettings access) {
    private static final long LEAST_MEMORY = 128L << 20;

    public ServingSettings {
        Allowed.given("datastreamx.serving.host", host);
        Allowed.range("datastreamx.serving.port", port, 0, 65_535);
        Allowed.atLeast("datastreamx.serving.poll-interval", pollInterval, Duration.ofMillis(1));
        Allowed.atLeast("datastreamx.serving.bigquery-poll-interval", bigqueryPollInterval, Duration.ofMillis(1));
        Allowed.range("datastreamx.serving.most-rows", mostRows, 1, 1_000_000);
        Allowed.atLeast("datastreamx.serving.memory-limit", memoryLimit, LEAST_MEMORY);
        Allowed.atLeast("datastreamx.serving.query-timeout", queryTimeout, Duration.ofMillis(1));
    }

    static ServingSettings of(Values values) {
        return new ServingSettings(
                values.text("host"),
                values.whole("port"),
                values.oneOf("source", ServingSource.class),
                values.duration("poll-interval"),
                values.duration("bigquery-poll-interval"),
                values.whole("most-rows"),
                values.bytes("memory-limit"),
                values.duration("query-timeout"),
                AccessSettings.of(values.at("access")));
    }
}
