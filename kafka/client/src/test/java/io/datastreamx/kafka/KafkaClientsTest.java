package io.datastreamx.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.process.CannotRunException;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the kinds promise, on a real broker. */
class KafkaClientsTest {
    private static BrokerProcess broker;
    private static KafkaClients kafka;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start();
        broker.createEventTopics(2);
        kafka = KafkaClients.plaintext(broker.bootstrapServers(), "test");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aReaderHasAllPartitionsAndSeesWhatWasCommittedOnly() throws Exception {
        send("ad-events", 0, "first");
        Map<String, Object> transactional =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "somebody", "acks", "all");
        try (KafkaProducer<byte[], byte[]> somebody =
                new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
            somebody.initTransactions();
            somebody.beginTransaction();
            somebody.send(new ProducerRecord<>("ad-events", 1, null, "aborted".getBytes(StandardCharsets.UTF_8)))
                    .get();
            somebody.abortTransaction();
        }
        send("ad-events", 1, "last");
        try (Consumer<byte[], byte[]> reader = kafka.reader("all", "ad-events", "ad-deliveries")) {
            assertEquals(
                    Set.of(
                            new TopicPartition("ad-events", 0),
                            new TopicPartition("ad-events", 1),
                            new TopicPartition("ad-deliveries", 0),
                            new TopicPartition("ad-deliveries", 1)),
                    reader.assignment());
            reader.seekToBeginning(reader.assignment());
            List<String> read = new ArrayList<>();
            Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(100))
                        .forEach(record -> read.add(new String(record.value(), StandardCharsets.UTF_8)));
            }
            assertEquals(List.of("first", "last"), read.stream().sorted().toList());
        }
    }

    @Test
    void askingForATopicDoesNotMakeIt() throws Exception {
        String message = assertThrows(CannotRunException.class, () -> kafka.reader("none", "no-such-topic"))
                .getMessage();
        assertTrue(message.contains("no-such-topic") && message.contains("dsx up"), message);
        try (Admin admin = kafka.admin("list")) {
            assertTrue(!admin.listTopics().names().get().contains("no-such-topic"));
        }
    }

    @Test
    void aBrokerThatIsNotThereIsNamedWithinItsPatience() {
        KafkaClients nowhere = KafkaClients.plaintext("127.0.0.1:9", "test");
        String message = assertThrows(CannotRunException.class, () -> nowhere.reader("any", "ad-events"))
                .getMessage();
        assertTrue(message.contains("127.0.0.1:9") && message.contains("is the broker up?"), message);
    }

    private static void send(String topic, int partition, String value) throws Exception {
        try (Producer<byte[], byte[]> writer = kafka.writer("send")) {
            writer.send(new ProducerRecord<>(topic, partition, null, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
