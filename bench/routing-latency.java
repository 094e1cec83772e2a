import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Latency of routing, from the Kafka append time of a request to that of its first decision, milliseconds. Sends requests at a steady rate and watches, or
 * (rate 0) only watches the traffic that is there.
 *
 * <p>Usage: {@code java -cp "$(cat speed-layer/routing/target/runtime.classpath)" bench/routing-latency.java HOST:PORT RATE SECONDS}
 */
public final class RoutingLatency {
    private static final List<String> TOPICS = List.of("ad-requests", "ad-decisions");
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: RoutingLatency HOST:PORT RATE SECONDS");
            System.exit(2);
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "linger.ms", 0);
        int rate = Integer.parseInt(args[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = TOPICS.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            Thread sender = new Thread(() -> send(settings, rate, time), "sender");
            sender.start();
            System.out.println(watch(consumer, time).put("rate", rate).put("seconds", time.toSeconds()).toPrettyString());
            sender.join();
        }
    }

    private static void send(Map<String, Object> settings, int rate, Duration time) {
        Random random = new Random(7);
        String run = Long.toHexString(System.currentTimeMillis());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long start = System.nanoTime();
            for (long i = 0; i < rate * time.toSeconds(); i++) {
                long due = start + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    Thread.sleep(0, 200_000);
                }
                String device = "box-" + random.nextInt(3_000);
                producer.send(new ProducerRecord<>(
                        "ad-requests", device.getBytes(StandardCharsets.UTF_8), request(run + "-" + i, device, random)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] request(String id, String device, Random random) {
        return """
                {"schema_version":1,"event_id":"request:%s","event_type":"ad_request","event_time":"%s","device_id":"%s","request_id":"%s",\
                "channel_id":"channel-%d","previous_channel_id":"channel-%d","last_ad_id":"ad-%d","region":"region-%d","device_model":"model-%d",\
                "tmax_ms":500}"""
                .formatted(
                        id, Instant.now().truncatedTo(ChronoUnit.MILLIS), device, id, random.nextInt(40), random.nextInt(40),
                        random.nextInt(100), random.nextInt(8), random.nextInt(4))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode watch(KafkaConsumer<String, byte[]> consumer, Duration time) throws Exception {
        Map<String, Long> requested = new HashMap<>();
        Map<String, Long> decided = new HashMap<>();
        Map<String, Integer> statuses = new TreeMap<>();
        long end = System.nanoTime() + time.plusSeconds(3).toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (record.topic().equals("ad-requests")) {
                    JsonNode request = tree(record.value());
                    if (request.hasNonNull("request_id")) {
                        requested.putIfAbsent(request.get("request_id").asText(), record.timestamp());
                    }
                } else if (decided.putIfAbsent(record.key(), record.timestamp()) == null) {
                    statuses.merge(tree(record.value()).path("status").asText(), 1, Integer::sum);
                }
            }
        }
        long[] latencies = decided.entrySet().stream()
                .filter(decision -> requested.containsKey(decision.getKey()))
                .mapToLong(decision -> decision.getValue() - requested.get(decision.getKey()))
                .sorted()
                .toArray();
        ObjectNode figures = JSON.createObjectNode();
        figures.put("requests", requested.size()).put("decided", latencies.length);
        figures.set("statuses", JSON.valueToTree(statuses));
        ObjectNode latency = figures.putObject("latency_ms");
        for (double quantile : new double[] {0.5, 0.95, 0.99, 0.999, 1}) {
            latency.put("p" + quantile * 100, latencies.length == 0 ? -1 : latencies[(int) Math.ceil(quantile * latencies.length) - 1]);
        }
        figures.put("over_100_ms", Arrays.stream(latencies).filter(ms -> ms > 100).count());
        return figures;
    }

    private static JsonNode tree(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (java.io.IOException e) {
            return JSON.missingNode();
        }
    }
}
