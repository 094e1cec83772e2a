package io.datastreamx.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.KafkaSecurity;
import io.datastreamx.config.KafkaSettings;
import io.datastreamx.config.Secret;
import io.datastreamx.config.SecurityProtocol;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
    private static final Map<String, String> SIGN_IN = Map.of(
            "security.protocol", "SASL_SSL",
            "sasl.mechanism", "OAUTHBEARER",
            "sasl.login.callback.handler.class", "a.Handler",
            "sasl.jaas.config", "a.Module required;");
    private static final KafkaSecurity SECURITY =
            new KafkaSecurity(SecurityProtocol.SASL_SSL, "OAUTHBEARER", "a.Handler", new Secret("a.Module required;"));
    private final KafkaConnection kafka =
            KafkaConnection.of(new KafkaSettings("broker:9092", SECURITY, 1, Duration.ofDays(1)));

    @Test
    void signInGoesToEveryClient() {
        Map<String, Object> client = kafka.with(Map.of("acks", "all", "bootstrap.servers", "elsewhere"));
        assertTrue(client.entrySet().containsAll(SIGN_IN.entrySet()));
        assertEquals("all", client.get("acks"));
        assertEquals("broker:9092", client.get("bootstrap.servers"));
    }

    @Test
    void signInGoesToSpark() {
        assertEquals("a.Module required;", kafka.sparkOptions().get("kafka.sasl.jaas.config"));
        assertEquals("broker:9092", kafka.sparkOptions().get("kafka.bootstrap.servers"));
    }

    @Test
    void messagesDoNotTellSecrets() {
        assertFalse(kafka.toString().contains("Module"));
    }
}
