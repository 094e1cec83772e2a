package io.datastreamx.bench;

import io.datastreamx.bench.peers.PeerRun;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** One broker with records, which contenders count one after the other, under one key ring. */
final class LiveRound implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration EVERY = Duration.ofMillis(100);

    private final int partitions;
    private final long records;
    private final long accepted;
    private final Path folder = Files.createTempDirectory("dsx-bench");
    private final BrokerProcess broker = BrokerProcess.start();
    private final KafkaClients clients = KafkaClients.plaintext(broker.bootstrapServers(), "bench");

    /**
     * What came of one run.
     *
     * @param seconds from the start of the JVM until every event counts for all readers
     * @param recordsPerSecond of the second half of the records
     * @param cpuSeconds until then
     */
    record Outcome(double seconds, double recordsPerSecond, double cpuSeconds, long peakMegabytes, Answers answers) {
        /** What is kept of a round: answers are large. */
        Outcome withoutAnswers() {
            return new Outcome(seconds, recordsPerSecond, cpuSeconds, peakMegabytes, null);
        }
    }

    /** Starts the broker and fills its topics. */
    LiveRound(LiveTraffic traffic, int partitions) throws IOException {
        this.partitions = partitions;
        broker.createEventTopics(partitions);
        // Asked of each leader. A first batch that finds none and is overtaken by the second is never taken.
        ends();
        try (Producer<byte[], byte[]> producer = clients.writer("fleet")) {
            this.accepted = traffic.send(producer);
        }
        this.records = traffic.records();
        PeerRun.writeKeys(Keys.loadOrCreate(keysFile()), peersKeys());
    }

    /** Events that are right: valid, and the first of their identity. */
    long accepted() {
        return accepted;
    }

    /** Each contender runs once. */
    Outcome run(Contender contender) throws Exception {
        Path home = Files.createDirectory(folder.resolve(contender.id()));
        return contender.isPeer() ? peer(contender, home) : ingest(home);
    }

    private Outcome peer(Contender contender, Path home) throws Exception {
        try (Admin admin = clients.admin("topics")) {
            admin.createTopics(List.of(new NewTopic(contender.output(), partitions, (short) 1)))
                    .all()
                    .get();
        }
        List<TopicPartition> output = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(contender.output(), partition))
                .toList();
        Instant began = Instant.now();
        try (JavaProcess process = contender.startPeer(broker.bootstrapServers(), home, peersKeys())) {
            PeerWatch watch = new PeerWatch(clients, contender, process, ends(), output);
            watch.await(accepted);
            Progress progress = watch.progress(began);
            return new Outcome(
                    progress.seconds(),
                    progress.sustained(records),
                    watch.cpuSeconds(progress.end()),
                    Machine.peakMegabytes(process.pid()),
                    watch.answers());
        }
    }

    private Outcome ingest(Path home) throws Exception {
        Files.copy(keysFile(), home.resolve(keysFile().getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        Lake lake = new Lake("file://" + home + "/lake");
        Instant began = Instant.now();
        try (JavaProcess process = Contender.startIngest(broker.bootstrapServers(), home)) {
            TreeMap<Instant, Double> cpu = new TreeMap<>();
            List<LedgerEntry> entries = await(lake, process, cpu);
            Progress progress = new Progress(began);
            long counted = 0;
            for (LedgerEntry entry : entries) {
                counted += entry.accepted();
                progress.reached(entry.completedAt(), counted);
            }
            double cpuSeconds = cpu.ceilingEntry(progress.end()).getValue();
            long peak = Machine.peakMegabytes(process.pid());
            process.terminate();
            return new Outcome(
                    progress.seconds(), progress.sustained(records), cpuSeconds, peak, Answers.ofLake(lake, counted));
        }
    }

    /** @param cpu gets the processor time that was taken at each moment */
    private List<LedgerEntry> await(Lake lake, JavaProcess process, TreeMap<Instant, Double> cpu) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        Ledger ledger = new Ledger(lake);
        for (int look = 0; Instant.now().isBefore(deadline); look++) {
            if (!process.isAlive()) {
                throw new IllegalStateException("ingest ended:\n" + process.stderr());
            }
            cpu.put(Instant.now(), Machine.cpuSeconds(process.pid()));
            if (look % 10 == 0) {
                List<LedgerEntry> entries = ledger.entries();
                if (entries.stream().mapToLong(LedgerEntry::read).sum() >= records) {
                    cpu.put(Instant.now(), Machine.cpuSeconds(process.pid()));
                    return entries.stream().filter(entry -> entry.read() > 0).toList();
                }
            }
            Thread.sleep(EVERY.toMillis());
        }
        throw new IllegalStateException("ingest did not get through within " + PATIENCE);
    }

    private Map<TopicPartition, Long> ends() {
        String[] topics = Arrays.stream(Topic.values()).map(Topic::topicName).toArray(String[]::new);
        try (Consumer<byte[], byte[]> reader = clients.reader("ends", topics)) {
            return new HashMap<>(reader.endOffsets(reader.assignment()));
        }
    }

    private Path keysFile() {
        return folder.resolve("keys.json");
    }

    private Path peersKeys() {
        return folder.resolve("keys.bin");
    }

    @Override
    public void close() {
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("bench: cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
