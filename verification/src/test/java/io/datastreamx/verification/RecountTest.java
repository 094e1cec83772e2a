package io.datastreamx.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.BrokerProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RecountTest {
    private static final int COUNT = 4_000;
    private static final int TRANSACTION = 5;

    @Test
    void readsTheLogAsItGrowsAndCountsAnyPrefix() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            try (Recount recount = recount(broker);
                    LogWriter writer = new LogWriter(broker.bootstrapServers(), 4, 0)) {
                RecordGenerator records = new RecordGenerator(
                        RecordGenerator.Options.standard(4, COUNT, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
                Map<String, Long> half = send(broker, writer, records, COUNT / 2);
                Totals first = recount.upTo(half);
                Totals second = recount.upTo(send(broker, writer, records, COUNT / 2));

                assertEquals(COUNT / 2, first.read());
                assertEquals(COUNT, second.read());
                assertTrue(first.grand().get("requests") < second.grand().get("requests"));
                assertTrue(second.duplicate() > 40, "duplicates: " + second.duplicate());
                assertTrue(second.malformed() > 5, "malformed: " + second.malformed());
                assertTrue(
                        second.grand().get("implausible_clocks") > 5,
                        second.grand().toString());
                assertEquals(first.grand(), recount.upTo(half).grand(), "the shorter prefix again");
                assertEquals(
                        second.grand().get("requests"),
                        recount.latency().summary().requests());
            }
        }
    }

    @Test
    void markersAndAbortedRecordsAreNoRecords() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(1);
            try (Recount recount = recount(broker);
                    KafkaProducer<String, String> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "gateway-1"),
                            new StringSerializer(),
                            new StringSerializer())) {
                producer.initTransactions();
                transaction(producer, "first", true);
                transaction(producer, "gone", false);
                // What was taken back hides nobody when it is sent again.
                transaction(producer, "gone", true);
                transaction(producer, "last", false);
                Map<String, Long> ends = ends(broker);
                assertEquals(4L * (TRANSACTION + 1), ends.get("tuning-events-0"));
                Totals totals = recount.upTo(ends);
                assertEquals(2 * TRANSACTION, totals.read());
                assertEquals(2 * TRANSACTION, totals.accepted());
                assertEquals(2L * TRANSACTION, totals.grand().get("tune_ins"));
            }
        }
    }

    @Test
    void aLogOfTransactionsHoldsWhatItsWriterCommitted() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            try (Recount recount = recount(broker);
                    LogWriter writer = new LogWriter(broker.bootstrapServers(), 6, 0.5)) {
                Map<String, Long> ends = send(broker, writer, Generated.records(6, COUNT), COUNT);
                Totals totals = recount.upTo(ends);
                assertEquals(writer.counting(), totals.read());
                assertTrue(writer.aborted() > 100, "aborted: " + writer.aborted());
                assertTrue(writer.dropped() > 0, "some are never sent again");
                assertEquals(COUNT, writer.counting() + writer.dropped());
                long offsets = ends.values().stream().mapToLong(Long::longValue).sum();
                assertTrue(offsets > totals.read() + writer.aborted(), "and there are markers");
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

    private static Recount recount(BrokerProcess broker) {
        return Recount.start(broker.bootstrapServers(), "USD", Duration.ofHours(2), Duration.ofMinutes(2));
    }

    private static void transaction(KafkaProducer<String, String> producer, String id, boolean commit) {
        producer.beginTransaction();
        for (int i = 0; i < TRANSACTION; i++) {
            producer.send(new ProducerRecord<>("tuning-events", "b", """
                    {"schema_version":1,"event_id":"%s-%d","event_type":"tune_in","event_time":"%s","device_id":"b",\
                    "channel_id":"news","region":"north","device_model":"m"}""".formatted(id, i, Generated.START)));
        }
        producer.flush();
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    /** @return the end offset of every partition, markers and all */
    private static Map<String, Long> send(BrokerProcess broker, LogWriter writer, RecordGenerator records, int count)
            throws Exception {
        for (int i = 0; i < count; i++) {
            writer.send(records.next());
        }
        writer.flush();
        return ends(broker);
    }

    private static Map<String, Long> ends(BrokerProcess broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            admin.describeTopics(FactLog.TOPICS).allTopicNames().get().values().forEach(topic -> topic.partitions()
                    .forEach(p -> latest.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest())));
            Map<String, Long> ends = new HashMap<>();
            admin.listOffsets(latest)
                    .all()
                    .get()
                    .forEach((partition, info) -> ends.put(partition.toString(), info.offset()));
            return ends;
        }
    }
}
