package io.datastreamx.speed.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Ledger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Offsets without records, records that are gone, topics made anew, partitions added: counting goes on, and says so.
 */
class KafkaAsItIsTest {
    private static final TopicPartition TUNING = new TopicPartition("tuning-events", 0);

    @TempDir
    Path home;

    private IngestWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new IngestWorld(home);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void markersOfTransactionsAreNoRecordsAndAbortedRecordsAreNeverCounted() throws Exception {
        transaction("first", true, 5);
        transaction("second", false, 7);
        transaction("third", true, 3);
        world.ingestUntil(8);
        // Nothing but an aborted transaction and its marker.
        transaction("fourth", false, 2);
        world.send("tuning-events", "box-1", IngestWorld.tuning("last", "tune_in", ""));
        world.ingestUntil(9);

        List<LedgerEntry> entries = new Ledger(world.lake()).entries();
        assertThat(entries.stream().mapToLong(LedgerEntry::accepted).sum()).isEqualTo(9);
        // Four markers, and the nine records that were taken back.
        assertThat(entries.stream().mapToLong(LedgerEntry::absent).sum()).isEqualTo(4 + 9);
        assertThat(entries.stream().mapToLong(LedgerEntry::lost).sum()).isZero();
        assertThat(world.table(Table.EVENTS).count()).isEqualTo(9);
    }

    /** As every first start is. */
    @Test
    void anEmptyLogIsABatchAndWhatComesThenIsCounted() throws Exception {
        world.ingestUntil(0, () -> !new Ledger(world.lake()).entries().isEmpty());
        send(0, 3);
        world.ingestUntil(3);
        assertThat(world.table(Table.EVENTS).count()).isEqualTo(3);
    }

    @Test
    void recordsThatWereDeletedBeforeTheyWereReadAreLostAndTheRestIsCounted() throws Exception {
        send(0, 20);
        world.ingestUntil(20);
        send(20, 40);
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(TUNING, RecordsToDelete.beforeOffset(30)))
                    .all()
                    .get();
        }
        send(40, 50);
        world.ingestUntil(40);
        List<LedgerEntry> entries = new Ledger(world.lake()).entries();
        assertThat(entries.stream().mapToLong(LedgerEntry::lost).sum()).isEqualTo(10);
        assertThat(entries.stream().flatMap(entry -> entry.lostRanges().stream()))
                .singleElement()
                .satisfies(range -> {
                    assertThat(range.partition()).isEqualTo("tuning-events-0");
                    assertThat(List.of(range.start(), range.end())).isEqualTo(List.of(20L, 30L));
                    assertThat(range.after()).isPresent();
                    assertThat(range.before()).isPresent();
                });
        assertThat(world.table(Table.EVENTS).count()).isEqualTo(40);
    }

    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
        send(0, 20);
        world.ingestUntil(20);
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of("tuning-events")).all().get();
            world.createTopic(admin, new NewTopic("tuning-events", 2, (short) 1));
        }
        // More than before, so that the old offsets exist in the new topic too.
        send(20, 50);
        world.ingestUntil(50);
        List<LedgerEntry> entries = new Ledger(world.lake()).entries();
        assertThat(entries.stream().mapToLong(LedgerEntry::accepted).sum()).isEqualTo(50);
        assertThat(entries.stream().mapToLong(LedgerEntry::lost).sum()).isZero();
        assertThat(entries.stream().map(LedgerEntry::appId).distinct()).hasSize(2);
    }

    @Test
    void partitionsThatAreAddedWhileItRunsAreRead() throws Exception {
        send(0, 5);
        CompletableFuture<Void> more = CompletableFuture.runAsync(() -> {
            try (Admin admin = admin()) {
                Awaitility.await()
                        .atMost(Duration.ofMinutes(3))
                        .until(() -> new Ledger(world.lake()).last().isPresent());
                admin.createPartitions(Map.of("tuning-events", NewPartitions.increaseTo(4)))
                        .all()
                        .get();
                send(5, 9, 3);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        world.ingestUntil(9);
        more.get();
        LedgerEntry last = new Ledger(world.lake()).last().orElseThrow();
        assertThat(last.offsets()).containsKeys("tuning-events-2", "tuning-events-3");
    }

    private void send(int from, int to) throws Exception {
        send(from, to, 0);
    }

    private void send(int from, int to, int partition) throws Exception {
        try (var producer =
                KafkaClients.plaintext(world.bootstrapServers(), "test").writer("partition")) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>("tuning-events", partition, bytes("box-1"), event("e" + i)))
                        .get();
            }
        }
    }

    private void transaction(String id, boolean commit, int records) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", world.bootstrapServers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>("tuning-events", 0, bytes("box-1"), event(id + i)));
            }
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static byte[] event(String id) {
        return bytes(IngestWorld.tuning(id, "tune_in", ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Admin admin() {
        return KafkaClients.plaintext(world.bootstrapServers(), "test").admin("test");
    }
}
