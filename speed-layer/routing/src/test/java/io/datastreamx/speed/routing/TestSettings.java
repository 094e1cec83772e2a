package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings of a router under test. */
final class TestSettings {
    private TestSettings() {}

    static Map<String, String> properties(Path home, String bootstrapServers, String mode, String checkpoint) {
        Map<String, String> properties = new HashMap<>();
        properties.put("datastreamx.home", home.toString());
        properties.put("datastreamx.kafka.bootstrap-servers", bootstrapServers);
        properties.put("datastreamx.routing.mode", mode);
        properties.put("datastreamx.routing.checkpoint-interval", "5s");
        properties.put("datastreamx.routing.checkpoint", "file://" + home.resolve(checkpoint));
        properties.put("datastreamx.routing.slots", "4");
        properties.put("datastreamx.routing.warm-up-requests", "0");
        return properties;
    }

    static Settings settings(Map<String, String> properties) {
        return Settings.load(properties);
    }
}
