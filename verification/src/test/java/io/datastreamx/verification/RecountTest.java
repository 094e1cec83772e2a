package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.BrokerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecountTest {
    private static final int COUNT = 4_000;

    @Test
    void readsTheLogAsItGrowsAndCountsAnyPrefix() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            try (Recount recount = Recount.start(
                            broker.bootstrapServers(), "USD", Duration.ofHours(2), Duration.ofMinutes(2));
                    KafkaProducer<String, byte[]> producer = producer(broker)) {
                RecordGenerator records = Generated.records(4, COUNT);
                Map<String, Long> half = send(producer, records, COUNT / 2);
                Totals first = recount.upTo(half);
                Map<String, Long> all = send(producer, records, COUNT / 2);
                half.forEach(all::putIfAbsent);
                Totals second = recount.upTo(all);

                FactLog inMemory = Generated.log();
                Totals expected = inMemory.upTo(Generated.fill(inMemory, Generated.records(4, COUNT)));
                assertEquals(COUNT / 2, first.read());
                assertEquals(COUNT, second.read());
                assertEquals(expected.malformed(), second.malformed());
                assertEquals(expected.duplicate(), second.duplicate());
                assertEquals(expected.grand(), second.grand());
                assertTrue(first.grand().get("requests") < second.grand().get("requests"));
                assertEquals(
                        second.grand().get("requests"),
                        recount.latency().summary().requests());
            }
        }
    }

    @Test
    void saysWhenTheLogDoesNotReachThatFar() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            assertTrue(assertThrows(
                            IllegalStateException.class,
                            () -> Recount.start(
                                    broker.bootstrapServers(), "USD", Duration.ofHours(2), Duration.ofMillis(1)))
                    .getMessage()
                    .contains("does not exist"));
            broker.createEventTopics(1);
            try (Recount recount =
                    Recount.start(broker.bootstrapServers(), "USD", Duration.ofHours(2), Duration.ofMillis(1))) {
                assertTrue(assertThrows(IllegalStateException.class, () -> recount.upTo(Map.of("ad-events-0", 1L)))
                        .getMessage()
                        .contains("ad-events-0"));
            }
        }
    }

    /** @return the end offset of every partition that was written to */
    private static Map<String, Long> send(KafkaProducer<String, byte[]> producer, RecordGenerator records, int count)
            throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GeneratedRecord record = records.next();
            sent.add(producer.send(new ProducerRecord<>(record.topic(), record.key(), record.value())));
        }
        Map<String, Long> ends = new HashMap<>();
        for (Future<RecordMetadata> one : sent) {
            RecordMetadata metadata = one.get();
            ends.merge(metadata.topic() + "-" + metadata.partition(), metadata.offset() + 1, Math::max);
        }
        return ends;
    }

    private static KafkaProducer<String, byte[]> producer(BrokerProcess broker) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }
}
