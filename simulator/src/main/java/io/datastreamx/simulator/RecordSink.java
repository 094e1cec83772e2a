package io.datastreamx.simulator;

/** Where records go: Kafka, or a file. */
interface RecordSink {
    void send(String topic, String key, byte[] value);
}
