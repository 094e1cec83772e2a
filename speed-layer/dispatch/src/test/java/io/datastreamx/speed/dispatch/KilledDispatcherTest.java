package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two dispatchers under load, of which one gets SIGKILL: what becomes of every single request. */
class KilledDispatcherTest {
    private static final int PARTITIONS = 4;
    private static final List<String> NAMES = List.of("dispatch-1", "dispatch-2");
    private static final String PREFIX = "load";
    private static final long LAST_WORDS_MS = 300;
    private static final Pattern CAME = Pattern.compile("^(\\S+) .* ad-decisions-(\\d+) is ours");

    @TempDir
    Path home;

    private final Map<String, JavaProcess> processes = new TreeMap<>();
    /** When a partition came to a dispatcher, and which. */
    private final TreeMap<Long, Set<Integer>> came = new TreeMap<>();

    /**
     * SIGKILL in the middle of the load.
     *
     * @param who gets it
     * @param after since the start
     * @param restartAfter how long it stays dead
     */
    private record Kill(String who, Duration after, Duration restartAfter) {}

    /** What was read of a topic. */
    private record Written(JsonNode event, int partition, long atMs) {
        String request() {
            return event.get("request_id").asText();
        }
    }

    /** The share of a killed one, as it was when it was killed. */
    private record Taken(String who, long atMs, Set<Integer> partitions, boolean staysDead) {}

    @Test
    void nothingIsDispatchedTwiceOrLostAndTheShareIsTakenOver() throws Exception {
        run(
                200,
                Duration.ofSeconds(12),
                Duration.ofSeconds(30),
                List.of(new Kill("dispatch-1", Duration.ofSeconds(3), Duration.ofSeconds(30))));
    }

    @Test
    @Tag("faults")
    void atAThousandRequestsASecondItIsTakenOverWithinThreeSeconds() throws Exception {
        run(
                1_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(3),
                List.of(
                        new Kill("dispatch-1", Duration.ofSeconds(15), Duration.ofSeconds(10)),
                        new Kill("dispatch-2", Duration.ofSeconds(35), Duration.ofMillis(250)),
                        new Kill("dispatch-2", Duration.ofSeconds(48), Duration.ofSeconds(30))));
    }

    private void run(int perSecond, Duration load, Duration takenOverWithin, List<Kill> kills) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(PARTITIONS);
            try (DispatchFixture fixture = new DispatchFixture(PREFIX, broker, home);
                    TestAggregator choosy = new TestAggregator(request -> {
                        pause(20);
                        return request.get("id").asText().hashCode() % 3 == 0
                                ? TestAggregator.noFill()
                                : TestAggregator.fill(request, "5");
                    });
                    TestAggregator filling = new TestAggregator(request -> {
                        pause(10);
                        return TestAggregator.fill(request, "5");
                    })) {
                fixture.maxInFlight = 2_000;
                fixture.add("choosy", choosy, 30_000, 0);
                fixture.add("filling", filling, 30_000, 0);
                fixture.publishPolicy();
                for (String name : NAMES) {
                    start(fixture, name);
                }
                processes.values().forEach(process -> process.awaitLine("READY ", Duration.ofMinutes(3)));
                awaitShared(fixture);
                warmUp(fixture);
                List<Taken> taken = new ArrayList<>();
                int sent = load(fixture, perSecond, load, kills, taken);
                awaitHandled(fixture);
                processes.values().forEach(process -> noteShares(process));
                judge(fixture, sent, taken, takenOverWithin, choosy, filling);
                for (JavaProcess process : processes.values()) {
                    if (process.isAlive()) {
                        assertEquals(0, process.terminate());
                    }
                }
            } finally {
                processes.values().forEach(JavaProcess::close);
            }
        }
    }

    private void start(DispatchFixture fixture, String name) {
        JavaProcess before = processes.put(
                name,
                JavaProcess.start(new JavaProcess.Launch(
                        DispatchMain.class.getName(),
                        Repository.runtimeClasspath("speed-layer/dispatch"),
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                        fixture.properties(name),
                        List.of())));
        if (before != null) {
            noteShares(before);
            before.close();
        }
    }

    /** Processes that have just started have much to load and to compile. */
    private static void warmUp(DispatchFixture fixture) throws Exception {
        List<String> requests =
                IntStream.range(0, 400).mapToObj(i -> "warm-" + i).toList();
        for (int i = 0; i < requests.size(); i += 40) {
            fixture.sendAtOnce(requests.subList(i, i + 40), "choosy", "filling");
            fixture.awaitOutcomes(Topic.AD_DELIVERIES, i + 40);
        }
    }

    /** By its log, which goes with it. */
    private void noteShares(JavaProcess process) {
        process.stderr().lines().map(CAME::matcher).filter(Matcher::find).forEach(line -> came.computeIfAbsent(
                        Instant.parse(line.group(1).replace(',', '.')).toEpochMilli(), at -> new TreeSet<>())
                .add(Integer.parseInt(line.group(2))));
    }

    /** From the kill until the last of its partitions was read by another, or by itself after a start. */
    private long takenOver(Taken share) {
        Set<Integer> open = new TreeSet<>(share.partitions());
        for (Map.Entry<Long, Set<Integer>> next :
                came.tailMap(share.atMs(), false).entrySet()) {
            open.removeAll(next.getValue());
            if (open.isEmpty()) {
                return next.getKey() - share.atMs();
            }
        }
        throw new AssertionError("partitions " + open + " of " + share.who() + " were never taken over");
    }

    /** Sends at an even pace, and kills meanwhile. @return how many requests */
    private int load(DispatchFixture fixture, int perSecond, Duration load, List<Kill> kills, List<Taken> taken)
            throws Exception {
        long begun = System.nanoTime();
        List<Kill> waiting = new ArrayList<>(kills);
        TreeMap<Long, String> restarts = new TreeMap<>();
        int sent = 0;
        while (true) {
            long elapsed = System.nanoTime() - begun;
            if (elapsed > load.toNanos()) {
                return sent;
            }
            fixture.clock.advance(Duration.between(fixture.clock.instant(), Instant.now()));
            for (long due = elapsed * perSecond / 1_000_000_000; sent < due; sent++) {
                fixture.sendSoon(fixture.decision(Integer.toString(sent), DecisionStatus.ROUTED, "choosy", "filling"));
            }
            if (!waiting.isEmpty() && elapsed > waiting.get(0).after().toNanos()) {
                Kill kill = waiting.remove(0);
                Set<Integer> share = shares(fixture).get(kill.who());
                processes.get(kill.who()).kill();
                taken.add(new Taken(
                        kill.who(),
                        System.currentTimeMillis(),
                        share,
                        kill.restartAfter().toSeconds() > 5));
                restarts.put(elapsed + kill.restartAfter().toNanos(), kill.who());
            }
            if (!restarts.isEmpty() && elapsed > restarts.firstKey()) {
                start(fixture, restarts.pollFirstEntry().getValue());
            }
            pause(5);
        }
    }

    /** Which partitions each has, by its name. */
    private static Map<String, Set<Integer>> shares(DispatchFixture fixture) throws Exception {
        try (Admin admin = fixture.kafka().admin("shares")) {
            return admin.describeConsumerGroups(List.of(PREFIX)).all().get().get(PREFIX).members().stream()
                    .filter(member -> member.groupInstanceId().isPresent())
                    .collect(Collectors.toMap(
                            member -> member.groupInstanceId().get(),
                            member -> member.assignment().topicPartitions().stream()
                                    .map(TopicPartition::partition)
                                    .collect(Collectors.toCollection(TreeSet::new))));
        }
    }

    private static void awaitShared(DispatchFixture fixture) throws Exception {
        await(() -> {
            Map<String, Set<Integer>> shares = shares(fixture);
            return NAMES.stream()
                    .allMatch(name -> shares.getOrDefault(name, Set.of()).size() == PARTITIONS / 2);
        });
    }

    /** Until the offsets of all decisions are committed. */
    private static void awaitHandled(DispatchFixture fixture) throws Exception {
        try (Admin admin = fixture.kafka().admin("handled");
                var reader = fixture.kafka().reader("handled", Topic.AD_DECISIONS.topicName())) {
            Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
            await(() -> {
                var committed = admin.listConsumerGroupOffsets(PREFIX)
                        .partitionsToOffsetAndMetadata()
                        .get();
                return ends.entrySet().stream()
                        .allMatch(end -> committed.containsKey(end.getKey())
                                && committed.get(end.getKey()).offset() == end.getValue());
            });
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < limit, "not within two minutes");
            pause(100);
        }
    }

    private void judge(
            DispatchFixture fixture,
            int sent,
            List<Taken> taken,
            Duration takenOverWithin,
            TestAggregator choosy,
            TestAggregator filling)
            throws Exception {
        List<Written> decisions = read(fixture, Topic.AD_DECISIONS, "ad_decision").stream()
                .filter(decision -> !decision.request().contains("warm"))
                .toList();
        List<Written> deliveries = read(fixture, Topic.AD_DELIVERIES, "ad_delivery").stream()
                .filter(delivery -> !delivery.request().contains("warm"))
                .toList();
        List<Written> fills = read(fixture, Topic.AD_EVENTS, "response").stream()
                .filter(response -> response.event().get("outcome").asText().equals("fill"))
                .filter(response -> !response.request().contains("warm"))
                .toList();
        assertEquals(sent, decisions.size());
        Map<String, Long> delivered = byRequest(deliveries);
        Map<String, Long> filled = byRequest(fills);
        Set<String> all = decisions.stream().map(Written::request).collect(Collectors.toSet());
        Set<String> lost = minus(all, delivered.keySet());
        Set<String> unrecorded = minus(delivered.keySet(), filled.keySet());
        long twice = delivered.values().stream().filter(times -> times > 1).count();
        long filledTwice = filled.values().stream().filter(times -> times > 1).count();
        Set<String> askedAgain = twice(choosy.askedFor());
        askedAgain.addAll(twice(filling.askedFor()));
        Set<String> inFlight = new HashSet<>(askedAgain);
        inFlight.addAll(unrecorded);
        inFlight.addAll(minus(filled.keySet(), delivered.keySet()));
        System.out.printf(
                "%d requests, %d kills: dispatched twice %d, filled twice %d, in flight %d (asked again %d, delivery without response %d, response without delivery %d), lost beyond those %d%n",
                sent,
                taken.size(),
                twice,
                filledTwice,
                inFlight.size(),
                askedAgain.size(),
                unrecorded.size(),
                minus(filled.keySet(), delivered.keySet()).size(),
                minus(lost, inFlight).size());
        assertEquals(0, twice, "dispatched twice");
        assertEquals(0, filledTwice, "filled twice");
        assertEquals(Set.of(), minus(lost, inFlight), "lost beyond those in flight");
        for (Taken share : taken) {
            Set<String> ofShare = requests(decisions, share, 0);
            Set<String> later = requests(decisions, share, share.atMs());
            long takeover = takenOver(share);
            System.out.printf(
                    "%s killed with partitions %s: read by another after %d ms, first ad of each after %d ms, of a decision that came later after %d ms%n",
                    share.who(),
                    share.partitions(),
                    takeover,
                    first(share, ofShare, decisions, deliveries),
                    first(share, later, decisions, deliveries));
            if (share.staysDead()) {
                assertTrue(takeover <= takenOverWithin.toMillis(), takeover + " ms to take over");
            }
        }
        Map<String, Long> decidedAt = new HashMap<>();
        decisions.forEach(decision -> decidedAt.put(decision.request(), decision.atMs()));
        long[] waits = deliveries.stream()
                .mapToLong(delivery -> delivery.atMs() - decidedAt.get(delivery.request()))
                .sorted()
                .toArray();
        System.out.printf(
                "from decision to ad: p50 %d ms, p99 %d ms, longest %d ms%n",
                waits[waits.length / 2],
                waits[waits.length * 99 / 100],
                LongStream.of(waits).max().orElse(0));
    }

    private static Set<String> requests(List<Written> decisions, Taken share, long afterMs) {
        return decisions.stream()
                .filter(decision -> share.partitions().contains(decision.partition()) && decision.atMs() > afterMs)
                .map(Written::request)
                .collect(Collectors.toSet());
    }

    /**
     * From the kill until each partition of the dead one has brought an ad of these requests. What Kafka gets later
     * than {@link #LAST_WORDS_MS} after the kill is of another process.
     */
    private static long first(Taken share, Set<String> of, List<Written> decisions, List<Written> deliveries) {
        Map<String, Integer> partitions =
                decisions.stream().collect(Collectors.toMap(Written::request, Written::partition));
        Map<Integer, Long> first = new HashMap<>();
        deliveries.stream()
                .filter(delivery -> of.contains(delivery.request()) && delivery.atMs() > share.atMs() + LAST_WORDS_MS)
                .forEach(delivery -> first.merge(partitions.get(delivery.request()), delivery.atMs(), Math::min));
        assertEquals(share.partitions(), new TreeSet<>(first.keySet()), "all were taken over");
        return first.values().stream().mapToLong(Long::longValue).max().orElseThrow() - share.atMs();
    }

    private static List<Written> read(DispatchFixture fixture, Topic topic, String type) throws Exception {
        List<Written> written = new ArrayList<>();
        try (var reader = fixture.kafka().reader("judge", topic.topicName())) {
            reader.seekToBeginning(reader.assignment());
            Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    JsonNode event = ContractJson.MAPPER.readTree(record.value());
                    if (event.get("event_type").asText().equals(type)) {
                        written.add(new Written(event, record.partition(), record.timestamp()));
                    }
                }
            }
        }
        return written;
    }

    private static Map<String, Long> byRequest(List<Written> written) {
        return written.stream().collect(Collectors.groupingBy(Written::request, Collectors.counting()));
    }

    private static Set<String> twice(List<String> ids) {
        Set<String> seen = new HashSet<>();
        return ids.stream().filter(id -> !seen.add(id)).collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<String> minus(Set<String> all, Set<String> others) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
