package io.datastreamx.config;

/** Kafka's {@code security.protocol}. */
public enum SecurityProtocol {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL;

    /** Whether clients sign in. */
    boolean signsIn() {
        return this == SASL_PLAINTEXT || this == SASL_SSL;
    }
}
