package io.datastreamx.config;

import java.util.Map;
import java.util.TreeMap;

/**
 * How every Kafka client signs in.
 *
 * @param mechanism Kafka's {@code sasl.mechanism}; empty where the protocol has no sign-in
 * @param loginCallbackHandler class name; empty: Kafka's own
 * @param jaas Kafka's {@code sasl.jaas.config}, which may hold a password
 */
public record KafkaSecurity(SecurityProtocol protocol, String mechanism, String loginCallbackHandler, Secret jaas) {
    /** No sign-in. */
    public static final KafkaSecurity NONE = new KafkaSecurity(SecurityProtocol.PLAINTEXT, "", "", new Secret(""));

    private static final String PROTOCOL = "datastreamx.kafka.security.protocol";
    private static final String MECHANISM = "datastreamx.kafka.security.mechanism";

    public KafkaSecurity {
        if (protocol.signsIn() && mechanism.isBlank()) {
            throw new SettingsException(
                    PROTOCOL + " is " + protocol + " but " + MECHANISM + " is not set; name one, such as OAUTHBEARER");
        }
        if (!protocol.signsIn() && !mechanism.isBlank()) {
            throw new SettingsException(PROTOCOL + " is " + protocol + ", which has no sign-in, but " + MECHANISM
                    + " is " + mechanism + "; use SASL_SSL");
        }
    }

    static KafkaSecurity of(Values values) {
        return new KafkaSecurity(
                values.oneOf("protocol", SecurityProtocol.class),
                values.text("mechanism"),
                values.text("login-callback-handler"),
                new Secret(values.text("jaas")));
    }

    /** The same as properties of a Kafka client, secrets included; empty without a sign-in. */
    public Map<String, String> clientProperties() {
        if (protocol == SecurityProtocol.PLAINTEXT) {
            return Map.of();
        }
        Map<String, String> properties = new TreeMap<>(Map.of(
                "security.protocol",
                protocol.name(),
                "sasl.mechanism",
                mechanism,
                "sasl.login.callback.handler.class",
                loginCallbackHandler,
                "sasl.jaas.config",
                jaas.value()));
        properties.values().removeIf(String::isBlank);
        return properties;
    }
}
