package io.datastreamx.simulator;

/** Where records go: the edge, Kafka, or a file. */
interface RecordSink {
    void send(String topic, String key, byte[] value);

    /** A record that nobody can read. */
    default void sendBroken(String topic, String key, byte[] value) {
        send(topic, key, value);
    }
}
