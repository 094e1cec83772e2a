package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The default settings with a home of the test's own. */
final class TestSettings {
    private TestSettings() {}

    static Settings of(Path home, String bootstrapServers) {
        return of(home, bootstrapServers, 0);
    }

    static Settings of(Path home, String bootstrapServers, int port) {
        return Settings.load(settings(home, bootstrapServers, port));
    }

    /** Without Kafka, with one setting besides. */
    static Settings with(Path home, String name, Object value) {
        Map<String, Object> settings = new HashMap<>(settings(home, "127.0.0.1:1", 0));
        settings.put(name, value);
        return Settings.load(settings);
    }

    private static Map<String, Object> settings(Path home, String bootstrapServers, int port) {
        return Map.of(
                "datastreamx.home",
                home.toAbsolutePath().toString(),
                "datastreamx.kafka.bootstrap-servers",
                bootstrapServers,
                "datastreamx.serving.port",
                port,
                "datastreamx.serving.poll-interval",
                "20ms");
    }
}
