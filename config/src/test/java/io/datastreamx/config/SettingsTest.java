package io.datastreamx.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sign-in, properties of a Spark job, and where an application may run. */
class SettingsTest {
    private static Settings with(Map<String, String> properties) {
        properties.forEach(System::setProperty);
        try {
            return Settings.load();
        } finally {
            properties.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void signInHasKafkasNames() {
        Settings.Kafka kafka = with(Map.of(
                        "datastreamx.kafka.bootstrap-servers", "broker:9092",
                        "datastreamx.kafka.security.protocol", "SASL_SSL",
                        "datastreamx.kafka.security.mechanism", "OAUTHBEARER",
                        "datastreamx.kafka.security.login-callback-handler", "a.Handler",
                        "datastreamx.kafka.security.jaas", "a.Module required;"))
                .kafka();
        assertEquals("broker:9092", kafka.bootstrapServers());
        assertEquals(
                Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "OAUTHBEARER",
                        "sasl.login.callback.handler.class", "a.Handler",
                        "sasl.jaas.config", "a.Module required;"),
                kafka.security());
    }

    @Test
    void withoutASignInThereIsNothingToSend() {
        assertEquals(Map.of(), with(Map.of()).kafka().security());
    }

    @Test
    void halfASignInIsRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> with(Map.of("datastreamx.kafka.security.protocol", "SASL_SSL")))
                .getMessage();
        assertTrue(message.contains("datastreamx.kafka.security.mechanism is not set"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> with(Map.of("datastreamx.kafka.security.mechanism", "OAUTHBEARER")));
    }

    @Test
    void propertiesOfASparkJobAreSettingsAndFlagsWin() {
        Settings job = with(Map.of(
                "spark.datastreamx.kafka.bootstrap-servers", "job:9092",
                "spark.datastreamx.home", "/from/the/job",
                "datastreamx.kafka.bootstrap-servers", "flag:9092"));
        assertEquals("flag:9092", job.kafka().bootstrapServers());
        assertEquals("file:///from/the/job/lake", job.lakeUri());
    }

    @Test
    void onlyWhatIsMeantForAClusterMustBeOnOne() {
        Settings.Spark cluster = new Settings.Spark("", true);
        assertDoesNotThrow(() -> SparkPlacement.require("night", new Settings.Spark("", false), "local[1]", 1));
        assertDoesNotThrow(() -> SparkPlacement.require("night", cluster, "yarn", 2));
        assertThrows(IllegalStateException.class, () -> SparkPlacement.require("night", cluster, "local[8]", 8));
        assertThrows(IllegalStateException.class, () -> SparkPlacement.require("night", cluster, "yarn", 1));
    }
}
