package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import java.nio.file.Path;
import java.util.Map;

/** The default settings with a home of the test's own. */
final class TestSettings {
    private TestSettings() {}

    static Settings of(Path home, String bootstrapServers) {
        return of(home, bootstrapServers, 0);
    }

    static Settings of(Path home, String bootstrapServers, int port) {
        return Settings.load(Map.of(
                "datastreamx.home",
                home.toAbsolutePath().toString(),
                "datastreamx.kafka.bootstrap-servers",
                bootstrapServers,
                "datastreamx.serving.port",
                port,
                "datastreamx.serving.poll-interval",
                "20ms"));
    }
}
