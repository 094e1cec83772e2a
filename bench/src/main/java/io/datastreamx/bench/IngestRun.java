package io.datastreamx.bench;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A broker, a home, and ingest between them. Closing ends all of them and removes the home. */
final class IngestRun implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Path home = Files.createTempDirectory("dsx-bench");
    private final BrokerProcess broker = BrokerProcess.start();
    private final Lake lake = new Lake("file://" + home + "/lake");
    private JavaProcess ingest;

    /** @param partitions of each topic */
    IngestRun(int partitions) throws IOException {
        broker.createEventTopics(partitions);
    }

    Path home() {
        return home;
    }

    Lake lake() {
        return lake;
    }

    /** The one that was started last. */
    JavaProcess ingest() {
        return ingest;
    }

    /** Where the programs of this run find their home and the broker. */
    Map<String, String> settings() {
        return Map.of(
                "datastreamx.home", home.toString(),
                "datastreamx.kafka.bootstrap-servers", broker.bootstrapServers());
    }

    /**
     * @param more settings besides {@link #settings()}
     * @param jvmOptions besides heap and collector
     */
    void startIngest(Map<String, String> more, List<String> jvmOptions) {
        List<String> options = new ArrayList<>(List.of(Repository.sparkJvmOptions(), "-Xmx2g", "-XX:+UseParallelGC"));
        options.addAll(jvmOptions);
        Map<String, String> all = new HashMap<>(settings());
        all.putAll(more);
        ingest = JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.speed.ingest.IngestMain",
                Repository.runtimeClasspath("speed-layer/ingest"),
                options,
                all,
                List.of()));
    }

    /** @param rate records a second; 0 for as fast as it goes */
    void send(Iterator<Fleet.Message> fleet, int rate) {
        long began = System.nanoTime();
        try (Producer<byte[], byte[]> producer =
                KafkaClients.plaintext(broker.bootstrapServers(), "bench").writer("fleet")) {
            for (long sent = 0; fleet.hasNext(); sent++) {
                Fleet.Message message = fleet.next();
                producer.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
                long early = rate == 0 ? 0 : began + sent * 1_000_000_000L / rate - System.nanoTime();
                if (early > 2_000_000) {
                    LockSupport.parkNanos(early);
                }
            }
        }
    }

    /** Returns the batches that read anything, once they have read so many records. */
    List<LedgerEntry> await(long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Ledger ledger = new Ledger(lake);
        while (System.nanoTime() < deadline) {
            if (!ingest.isAlive()) {
                throw new IllegalStateException("ingest ended:\n" + ingest.stderr());
            }
            List<LedgerEntry> entries = ledger.entries();
            long read = entries.stream().mapToLong(LedgerEntry::read).sum();
            if (read >= wanted) {
                return entries.stream().filter(entry -> entry.read() > 0).toList();
            }
            say("%,d of %,d records", read, wanted);
            Thread.sleep(1_000);
        }
        throw new IllegalStateException("ingest did not get through within " + PATIENCE);
    }

    @Override
    public void close() {
        if (ingest != null) {
            ingest.close();
        }
        broker.close();
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            say("cannot remove %s: %s", home, e.getMessage());
        }
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
