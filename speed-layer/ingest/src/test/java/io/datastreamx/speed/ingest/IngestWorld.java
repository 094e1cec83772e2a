package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.BrokerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A real broker, a lake in a folder, and ingest between them, on one Spark session that all tests share. */
final class IngestWorld implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static SparkSession session;

    final BrokerProcess broker;
    final Map<String, Object> values = new HashMap<>();
    final KeyRing keys;

    private final Path home;

    IngestWorld(Path home) throws Exception {
        this.home = home;
        this.broker = BrokerProcess.start();
        broker.createEventTopics(2);
        values.put("datastreamx.home", home.toString());
        values.put("datastreamx.kafka.bootstrap-servers", broker.bootstrapServers());
        values.put("datastreamx.ingest.trigger-interval", "0s");
        this.keys = Keys.loadOrCreate(Path.of(settings().keysFile()));
    }

    static synchronized SparkSession spark() {
        if (session == null) {
            session = IngestSession.open(Settings.load());
        }
        return session;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Waits until a topic of that name is gone. */
    void createTopic(Admin admin, NewTopic topic) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.createTopics(List.of(topic)).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    Settings settings() {
        return Settings.load(values);
    }

    Lake lake() {
        return new Lake(settings().lakeUri());
    }

    Path home() {
        return home;
    }

    void send(String topic, String key, String value) throws Exception {
        try (Producer<byte[], byte[]> producer =
                KafkaClients.plaintext(broker.bootstrapServers(), "test").writer("send")) {
            producer.send(new ProducerRecord<>(
                            topic, key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    /** @param more further fields, each with a comma before it */
    static String tuning(String id, String type, String more) {
        return """
                {"schema_version":1,"event_id":"%s","event_type":"%s","event_time":"2026-11-20T10:00:00.000Z","device_id":"box-1",\
                "channel_id":"news","region":"north","device_model":"m1"%s}""".formatted(id, type, more);
    }

    /** Runs ingest until its ledger has so many records. */
    void ingestUntil(long records) throws Exception {
        ingestUntil(records, () -> true);
    }

    /** @param more what must hold as well before ingest is stopped */
    void ingestUntil(long records, BooleanSupplier more) throws Exception {
        IngestQuery query = new IngestQuery(spark(), settings(), lake(), keys, Fence.NONE, Clock.systemUTC());
        Thread running = new Thread(() -> {
            try {
                query.run(() -> {});
            } catch (Exception e) {
                throw new IllegalStateException("ingest ended", e);
            }
        });
        running.start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while ((covered() < records || !more.getAsBoolean()) && running.isAlive() && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        query.stop();
        running.join();
        assertEquals(records, covered(), "records in the ledger");
    }

    private long covered() {
        return new Ledger(lake())
                .entries().stream().mapToLong(LedgerEntry::read).sum();
    }

    Dataset<Row> table(Table table) {
        return spark().read().format("delta").load(lake().uri(table));
    }

    @Override
    public void close() {
        broker.close();
    }
}
