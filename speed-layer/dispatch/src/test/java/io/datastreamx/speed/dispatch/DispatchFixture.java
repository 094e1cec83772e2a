package io.datastreamx.speed.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.decision.Candidate;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.decision.Position;
import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One test's surroundings: names of its own on a shared broker, and a lake of its own. */
final class DispatchFixture implements AutoCloseable {

    static final int TMAX_MS = 60_000;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    final SettableClock clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    int maxInFlight = 100;
    /** Settings beyond those of every test. */
    Map<String, String> more = Map.of();
    /** Into which decisions go; null for that of their request, which is where routers send them. */
    Integer partition;

    private final String name;
    private final KafkaClients kafka;
    private final Path home;
    private final PolicyTopic policies;
    private final Producer<byte[], byte[]> producer;
    private final List<AggregatorTerms> aggregators = new ArrayList<>();

    DispatchFixture(String name, BrokerProcess broker, Path home) {
        this.name = name;
        this.kafka = KafkaClients.plaintext(broker.bootstrapServers(), "test");
        this.home = home;
        this.policies = new PolicyTopic(new Lake(settings().lakeUri()), kafka);
        this.producer = kafka.writer("test");
    }

    Map<String, String> properties() {
        return properties("dispatch-1");
    }

    Map<String, String> properties(String dispatcher) {
        Map<String, String> all = new HashMap<>(more);
        all.putAll(Map.of(
                "datastreamx.dispatch.name",
                dispatcher,
                "datastreamx.home",
                home.toString(),
                "datastreamx.kafka.bootstrap-servers",
                kafka.kafka().bootstrapServers(),
                "datastreamx.dispatch.consumer-group",
                name,
                "datastreamx.dispatch.warm-up-decisions",
                "0",
                "datastreamx.dispatch.health-window",
                "8",
                "datastreamx.dispatch.max-in-flight",
                Integer.toString(maxInFlight)));
        return all;
    }

    Settings settings() {
        return Settings.load(properties());
    }

    KafkaClients kafka() {
        return kafka;
    }

    DispatchService service() throws InterruptedException {
        return service(clock);
    }

    DispatchService service(Clock time) throws InterruptedException {
        return service("dispatch-1", time);
    }

    DispatchService service(String dispatcher, Clock time) throws InterruptedException {
        DispatchService service = new DispatchService(Settings.load(properties(dispatcher)), time, reason -> {
            throw new IllegalStateException("dispatch cannot go on", reason);
        });
        service.start();
        return service;
    }

    /** An aggregator's name; no other test uses it. */
    String aggregator(String suffix) {
        return name + "-" + suffix;
    }

    String request(String suffix) {
        return name + "-" + suffix;
    }

    void add(String suffix, TestAggregator server, int timeoutMs, long dailyCap) {
        add(suffix, server, timeoutMs, dailyCap, null);
    }

    void add(String suffix, TestAggregator server, int timeoutMs, long dailyCap, Double pacingSharePerHour) {
        aggregators.add(new AggregatorTerms(
                aggregator(suffix),
                server.endpoint(),
                true,
                aggregators.size() + 1,
                5_000_000,
                50_000_000,
                dailyCap,
                timeoutMs,
                "USD",
                pacingSharePerHour));
    }

    void publishPolicy() {
        policies.install(
                new PolicyDocument(
                        name + "-policy", false, new Exploration(40, 0.02), 0.02, aggregators, Map.of(), null),
                clock.instant());
    }

    /** A record that names the policy of {@link #publishPolicy} with a checksum that is not its own. */
    void publishCorruptPolicy() {
        String uri = settings().lakeUri() + "/policies/" + name + "-policy.json";
        publish(ControlRecord.Policy.of(
                new ArtifactRef(name + "-corrupt", uri, ArtifactRef.sha256(new byte[0])), clock.instant()));
    }

    void publish(ControlRecord record) {
        policies.publish(record);
    }

    /** Any value as a control record of that kind. */
    void publish(String kind, String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        Topic.POLICY, kind.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    Path controlFile(String eventId) {
        return home.resolve("lake/control/" + eventId + ".json");
    }

    Decision decision(String requestSuffix, DecisionStatus status, String... order) {
        AdRequest request = new AdRequest(
                request(requestSuffix),
                "box-7",
                clock.instant(),
                new Context("channel-1", "channel-2", "ad-9", "north", "stb-x"),
                TMAX_MS,
                2_500_000,
                "USD",
                "pod-1",
                1L,
                30L);
        List<Candidate> ranked = new ArrayList<>();
        List<Position> asked = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            // Ranked the other way round: it is the order that counts.
            ranked.add(0, new Candidate(aggregator(order[i]), 1_000_000 + i, 1.0 / order.length));
            asked.add(new Position(aggregator(order[i]), 1.0 / (order.length - i)));
        }
        boolean routed = status == DecisionStatus.ROUTED;
        return new Decision(
                request,
                clock.instant(),
                status,
                ranked,
                routed ? asked : List.of(),
                routed ? aggregator(order[0]) : null,
                routed ? 1.0 / order.length : 0,
                false,
                null,
                "policy:x/-/-",
                name + "-policy",
                null,
                null,
                List.of());
    }

    void send(String requestSuffix, String... order) throws Exception {
        send(decision(requestSuffix, DecisionStatus.ROUTED, order));
    }

    void send(Decision decision) throws Exception {
        producer.send(new ProducerRecord<>(
                        Topic.AD_DECISIONS.topicName(),
                        partition,
                        decision.request().requestId().getBytes(StandardCharsets.UTF_8),
                        new EventWriter("USD").write(decision.toEvent())))
                .get();
    }

    /** One decision on each request; returns when Kafka has all of them. */
    void sendAtOnce(List<String> requestSuffixes, String... order) {
        requestSuffixes.forEach(suffix -> sendSoon(decision(suffix, DecisionStatus.ROUTED, order)));
        producer.flush();
    }

    void sendSoon(Decision decision) {
        producer.send(new ProducerRecord<>(
                Topic.AD_DECISIONS.topicName(),
                partition,
                decision.request().requestId().getBytes(StandardCharsets.UTF_8),
                new EventWriter("USD").write(decision.toEvent())));
    }

    /**
     * The outcomes of this test's requests, at least {@code atLeast} of them; each must be a valid event under its
     * device's key.
     */
    List<JsonNode> awaitOutcomes(Topic topic, int atLeast) {
        return await(
                        topic.topicName(),
                        event -> event.path("request_id").asText().startsWith(name + "-"),
                        atLeast)
                .stream()
                .peek(event -> {
                    Validated validated = new EventValidator("USD").validate(topic, ContractJson.bytes(event));
                    if (!(validated instanceof Validated.Accepted)) {
                        throw new AssertionError(validated + ": " + event);
                    }
                })
                .toList();
    }

    /** Waits for a control record. */
    JsonNode awaitControl(Predicate<JsonNode> wanted) {
        return await(Topic.POLICY, wanted, 1).get(0);
    }

    private List<JsonNode> await(String topic, Predicate<JsonNode> wanted, int atLeast) {
        List<JsonNode> found = new ArrayList<>();
        try (var consumer = kafka.reader("test", topic)) {
            consumer.seekToBeginning(consumer.assignment());
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (found.size() < atLeast || !atEnd(consumer)) {
                if (System.nanoTime() > limit) {
                    throw new AssertionError("only " + found.size() + " of " + atLeast + " on " + topic + " after "
                            + LIMIT + ": " + found);
                }
                consumer.poll(Duration.ofMillis(50)).forEach(record -> {
                    JsonNode event = parse(record.value());
                    if (wanted.test(event)) {
                        found.add(event);
                    }
                });
            }
        }
        return found;
    }

    private static boolean atEnd(Consumer<?, ?> consumer) {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static JsonNode parse(byte[] value) {
        try {
            return ContractJson.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
