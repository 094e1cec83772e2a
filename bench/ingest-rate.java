import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import io.datastreamx.verification.GeneratedRecord;
import io.datastreamx.verification.RecordGenerator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Ingest alone with its broker: generated records with 2 % duplicates, 1 % late, 0.5 % malformed. With a rate, freshness at that rate; with rate 0, as fast as
 * it goes. Prints JSON. Freshness is the age of a batch's oldest record when its ledger row was written.
 *
 * <p>Usage: {@code java -cp "testing/support/target/classes:$(cat cli/target/runtime.classpath)" bench/ingest-rate.java RECORDS RATE [JVM options of ingest …]}
 */
public final class IngestRate {
    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("usage: IngestRate RECORDS RATE [JVM options of ingest ...]");
            System.exit(2);
        }
        long records = Long.parseLong(args[0]);
        long rate = Long.parseLong(args[1]);
        Path home = Files.createTempDirectory("ingest-rate");
        List<String> options = new ArrayList<>(List.of(Repository.sparkJvmOptions(), "-Xmx1536m", "-XX:+UseSerialGC"));
        options.addAll(List.of(args).subList(2, args.length));
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            Map<String, String> settings = Map.of(
                    "datastreamx.home", home.toString(), "datastreamx.kafka.bootstrap-servers", broker.bootstrapServers());
            JavaProcess.Launch launch = new JavaProcess.Launch(
                    "io.datastreamx.speed.ingest.IngestMain", Repository.runtimeClasspath("speed-layer/ingest"), options, settings, List.of());
            try (JavaProcess ingest = JavaProcess.start(launch)) {
                ingest.awaitLine("READY", Duration.ofSeconds(120));
                long began = System.currentTimeMillis();
                send(broker.bootstrapServers(), records, rate);
                List<LedgerEntry> ledger = awaitAll(new Ledger(new Lake("file://" + home + "/lake")), records);
                System.out.println(figures(ledger, began).put("records", records).put("rate", rate).toPrettyString());
            }
        }
    }

    private static List<LedgerEntry> awaitAll(Ledger ledger, long records) throws InterruptedException {
        while (true) {
            List<LedgerEntry> entries = ledger.entries();
            if (entries.stream().mapToLong(LedgerEntry::read).sum() >= records) {
                return entries;
            }
            Thread.sleep(500);
        }
    }

    private static void send(String bootstrapServers, long records, long rate) {
        RecordGenerator generator = new RecordGenerator(RecordGenerator.Options.standard(5, records, Instant.parse("2026-11-20T10:00:00Z")));
        Map<String, Object> options = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5, "max.request.size", 2_000_000);
        long began = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long sent = 0; generator.hasNext(); sent++) {
                GeneratedRecord record = generator.next();
                producer.send(new ProducerRecord<>(record.topic(), record.key().getBytes(StandardCharsets.UTF_8), record.value()));
                long early = rate == 0 ? 0 : began + sent * 1_000_000_000L / rate - System.nanoTime();
                if (early > 10_000_000) {
                    java.util.concurrent.locks.LockSupport.parkNanos(early);
                }
            }
        }
    }

    /** The second half of the batches stands for the sustained rate: by then the JVM is warm. */
    private static ObjectNode figures(List<LedgerEntry> ledger, long began) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        List<LedgerEntry> full = ledger.stream().filter(entry -> entry.read() > 0).toList();
        full.forEach(entry -> json.withArray("batches").addObject()
                .put("read", entry.read())
                .put("done_after_ms", entry.completedAt().toEpochMilli() - began)
                .put("freshness_ms", freshness(entry)));
        LedgerEntry middle = full.get(full.size() / 2 - (full.size() > 1 ? 1 : 0));
        LedgerEntry last = full.get(full.size() - 1);
        long rows = full.stream().filter(entry -> entry.batch() > middle.batch()).mapToLong(LedgerEntry::read).sum();
        long millis = Duration.between(middle.completedAt(), last.completedAt()).toMillis();
        json.put("sustained_records_per_second", millis == 0 ? 0 : rows * 1000 / millis);
        long[] ages = full.stream().skip(full.size() / 2).mapToLong(IngestRate::freshness).sorted().toArray();
        json.put("freshness_p50_ms", ages[ages.length / 2]).put("freshness_max_ms", ages[ages.length - 1]);
        return json;
    }

    private static long freshness(LedgerEntry entry) {
        return Duration.between(entry.minAppendTime().orElseThrow(), entry.completedAt()).toMillis();
    }
}
