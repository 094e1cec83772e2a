package io.datastreamx.kafka;

import io.datastreamx.config.KafkaSettings;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How to reach Kafka and sign in there; the same for every client. Goes with tasks to Spark's executors.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param security client properties such as {@code security.protocol} and {@code sasl.*}; empty for a broker that asks
 *     for no sign-in
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> security) implements Serializable {
    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    public KafkaConnection {
        security = Map.copyOf(security);
    }

    /** What the settings say. */
    public static KafkaConnection of(KafkaSettings kafka) {
        return new KafkaConnection(kafka.bootstrapServers(), kafka.security().clientProperties());
    }

    /** A broker that asks for no sign-in. */
    public static KafkaConnection plaintext(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /** Properties of a client: the connection and {@code own}, what this client wants besides. */
    public Map<String, Object> with(Map<String, Object> own) {
        Map<String, Object> properties = new HashMap<>(own);
        properties.putAll(security);
        properties.put(BOOTSTRAP_SERVERS, bootstrapServers);
        return properties;
    }

    /** Options of Spark's Kafka source and sink. */
    public Map<String, String> sparkOptions() {
        Map<String, String> options = security.entrySet().stream()
                .collect(Collectors.toMap(entry -> "kafka." + entry.getKey(), Map.Entry::getValue));
        options.put("kafka." + BOOTSTRAP_SERVERS, bootstrapServers);
        return options;
    }

    /** Without the secrets that a sign-in may hold. */
    @Override
    public String toString() {
        String protocol = security.get("security.protocol");
        return protocol == null ? bootstrapServers : bootstrapServers + " (" + protocol + ")";
    }
}
