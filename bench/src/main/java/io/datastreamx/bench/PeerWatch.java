package io.datastreamx.bench;

import io.datastreamx.bench.peers.LiveCell;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.testing.JavaProcess;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches a peer from outside until its answers hold all events. Each 100 ms it notes how far its group has committed
 * and how far its output is stable; what a reader of committed records saw when follows from that, and is read
 * afterwards, so that watching costs the peer next to nothing. What was only read, or only waits in a topic in between,
 * does not count.
 */
final class PeerWatch {
    private static final Duration EVERY = Duration.ofMillis(100);
    /** Commits come each second. */
    private static final Duration QUIET = Duration.ofMillis(1_500);

    private static final Duration STUCK = Duration.ofMinutes(2);

    private record Look(Instant at, Map<TopicPartition, Long> stable, double cpuSeconds) {}

    private final KafkaClients clients;
    private final Contender peer;
    private final JavaProcess process;
    private final Map<TopicPartition, Long> input;
    private final List<TopicPartition> output;
    private final List<Look> looks = new ArrayList<>();
    private final Map<ByteBuffer, byte[]> latest = new HashMap<>();
    /** Events by the look that first saw them, in cells: each in one of each rollup. */
    private final List<Long> seen = new ArrayList<>();

    /**
     * @param input end of each partition that it reads
     * @param output its partitions
     */
    PeerWatch(
            KafkaClients clients,
            Contender peer,
            JavaProcess process,
            Map<TopicPartition, Long> input,
            List<TopicPartition> output) {
        this.clients = clients;
        this.peer = peer;
        this.process = process;
        this.input = input;
        this.output = output;
    }

    /**
     * Returns when the answers hold so many events.
     *
     * @throws IllegalStateException where the peer ends, holds more, or stands still before
     */
    void await(long accepted) throws Exception {
        long wanted = accepted * Rollup.values().length;
        try (Admin admin = clients.admin("watch");
                Consumer<byte[], byte[]> reader = clients.reader("answers", peer.output())) {
            reader.seekToBeginning(output);
            Instant moved = Instant.now();
            boolean drained = false;
            for (long counted = 0; counted < wanted; Thread.sleep(EVERY.toMillis())) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(peer.title() + " ended:\n" + process.stderr());
                }
                Look look = look(admin);
                if (looks.isEmpty()
                        || !look.stable().equals(looks.get(looks.size() - 1).stable())) {
                    moved = look.at();
                    drained = false;
                }
                looks.add(look);
                seen.add(0L);
                Duration quiet = Duration.between(moved, look.at());
                if (!drained && quiet.compareTo(QUIET) > 0 && hasReadAll(admin)) {
                    drained = drain(reader, admin);
                    counted = seen.stream().mapToLong(Long::longValue).sum();
                }
                if (counted > wanted || quiet.compareTo(STUCK) > 0) {
                    throw new IllegalStateException("the cells of %s hold %,d events, and %,d are right:\n%s"
                            .formatted(peer.title(), counted, wanted, process.stderr()));
                }
            }
        }
    }

    Progress progress(Instant began) {
        Progress progress = new Progress(began);
        long counted = 0;
        for (int look = 0; look < looks.size(); look++) {
            if (seen.get(look) != 0) {
                counted += seen.get(look);
                progress.reached(looks.get(look).at(), counted / Rollup.values().length);
            }
        }
        return progress;
    }

    /** Processor time that it had taken at a moment. */
    double cpuSeconds(Instant at) {
        return looks.stream()
                .filter(look -> !look.at().isBefore(at))
                .findFirst()
                .orElseThrow()
                .cpuSeconds();
    }

    Answers answers() {
        return Answers.ofPeer(latest);
    }

    private Look look(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> ends =
                output.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, Long> stable = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : admin.listOffsets(
                        ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .entrySet()) {
            stable.put(end.getKey(), end.getValue().offset());
        }
        return new Look(Instant.now(), stable, Machine.cpuSeconds(process.pid()));
    }

    private boolean hasReadAll(Admin admin) throws Exception {
        var committed = admin.listConsumerGroupOffsets(peer.id())
                .partitionsToOffsetAndMetadata()
                .get();
        return input.entrySet().stream()
                .allMatch(end -> end.getValue() == 0
                        || committed.get(end.getKey()) != null
                                && committed.get(end.getKey()).offset() >= end.getValue());
    }

    /**
     * Reads what is stable, and what becomes so meanwhile, which the look after that counts as its own.
     *
     * @return whether that was all
     */
    private boolean drain(Consumer<byte[], byte[]> reader, Admin admin) throws Exception {
        Map<TopicPartition, Long> stable = looks.get(looks.size() - 1).stable();
        seen.add(0L);
        while (output.stream().anyMatch(partition -> reader.position(partition) < stable.get(partition))) {
            for (ConsumerRecord<byte[], byte[]> answer : reader.poll(EVERY)) {
                ByteBuffer key = ByteBuffer.wrap(answer.key());
                byte[] before = latest.put(key, answer.value());
                long more = LiveCell.eventsOf(answer.value()) - (before == null ? 0 : LiveCell.eventsOf(before));
                int look = firstThatSaw(new TopicPartition(answer.topic(), answer.partition()), answer.offset());
                seen.set(look, seen.get(look) + more);
            }
        }
        looks.add(look(admin));
        return looks.get(looks.size() - 1).stable().equals(stable);
    }

    /** Stable ends only grow. @return one past the last look where none saw it */
    private int firstThatSaw(TopicPartition partition, long offset) {
        int from = 0;
        int to = looks.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (looks.get(middle).stable().get(partition) > offset) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
