package io.datastreamx.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class BrokerProcessTest {

    private static final int SMALL_RECORDS = 2_000;
    private static final byte[] BLOB = new byte[900_000];
    private static final long LONG_AGO = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli();

    @Test
    void whatWasAcknowledgedSurvivesSigkill() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            String address = broker.bootstrapServers();
            broker.createEventTopics(2);
            produce(address);

            broker.kill();
            assertFalse(broker.isAlive());
            broker.restart();

            assertEquals(address, broker.bootstrapServers());
            List<ConsumerRecord<byte[], byte[]>> read = consume(address);
            Set<String> small = read.stream()
                    .filter(record -> record.value().length < BLOB.length)
                    .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                    .collect(Collectors.toSet());
            assertEquals(SMALL_RECORDS, small.size());
            assertEquals(SMALL_RECORDS + 1, read.size());
            for (ConsumerRecord<byte[], byte[]> record : read) {
                assertEquals(TimestampType.LOG_APPEND_TIME, record.timestampType());
                assertTrue(record.timestamp() > LONG_AGO, "the producer's time must be replaced");
            }
            assertEquals(0, broker.terminate());
        }
    }

    @Test
    void aTopicIsNeverCreatedByAccident() {
        try (BrokerProcess broker = BrokerProcess.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            broker.createEventTopics(1);
            ExecutionException e =
                    assertThrows(ExecutionException.class, () -> admin.describeTopics(List.of("policy", "typo"))
                            .allTopicNames()
                            .get());
            assertTrue(e.getCause() instanceof UnknownTopicOrPartitionException, e.toString());
        }
    }

    private static void produce(String address) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "acks", "all", "max.request.size", 2_000_000);
        List<Future<?>> sent = new ArrayList<>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < SMALL_RECORDS; i++) {
                byte[] value = ("event " + i).getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>("ad-events", i % 2, LONG_AGO, null, value)));
            }
            sent.add(producer.send(new ProducerRecord<>("ad-events", 0, LONG_AGO, null, BLOB)));
            for (Future<?> future : sent) {
                future.get();
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> consume(String address) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                address,
                "group.id",
                "test",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false);
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("ad-events"));
            for (int empty = 0; empty < 20; ) {
                int before = read.size();
                consumer.poll(Duration.ofMillis(500)).forEach(read::add);
                empty = read.size() > SMALL_RECORDS ? 20 : read.size() == before ? empty + 1 : 0;
            }
            consumer.commitSync();
        }
        return read;
    }
}
