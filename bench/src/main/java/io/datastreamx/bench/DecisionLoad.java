package io.datastreamx.bench;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.event.DecisionStatus;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.ml.policy.MadeUpTraffic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Requests at a steady rate, whether they are answered or not, and when the first decision on each was appended. Both
 * times are the broker's, in milliseconds.
 */
final class DecisionLoad implements AutoCloseable {
    private static final int UNKNOWN = Integer.MIN_VALUE;
    private static final byte[] EXPIRED =
            ("\"status\":\"" + DecisionStatus.EXPIRED.code() + "\"").getBytes(StandardCharsets.UTF_8);

    private final long baseMs = System.currentTimeMillis();
    private final int rate;
    private final int total;
    private final int[] requestedMs;
    private final int[] decidedMs;
    private final boolean[] expired;
    private final Consumer<byte[], byte[]> decisions;
    private final Producer<byte[], byte[]> producer;
    private final Thread reader = new Thread(this::read, "decisions");
    private volatile boolean closed;
    private volatile int sent;

    /** Reads decisions from now on. @param rate requests a second */
    DecisionLoad(String bootstrapServers, int rate, int seconds) {
        this.rate = rate;
        this.total = rate * seconds;
        this.requestedMs = filled(total);
        this.decidedMs = filled(total);
        this.expired = new boolean[total];
        KafkaClients clients = KafkaClients.plaintext(bootstrapServers, "bench");
        decisions = clients.reader("decisions", Topic.AD_DECISIONS.topicName());
        decisions.seekToEnd(decisions.assignment());
        decisions.assignment().forEach(decisions::position);
        producer = clients.writer("boxes");
        reader.start();
    }

    private static int[] filled(int length) {
        int[] values = new int[length];
        Arrays.fill(values, UNKNOWN);
        return values;
    }

    /** Sends all, then waits up to three seconds for what is not decided yet. */
    void run() throws InterruptedException {
        MadeUpTraffic traffic = new MadeUpTraffic(DecidingRun.CURRENCY);
        long began = System.nanoTime();
        for (int i = 0; i < total; i++) {
            long due = began + i * 1_000_000_000L / rate;
            for (long early; (early = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(early);
            }
            send(i, traffic);
        }
        producer.flush();
        long patience = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        while (System.nanoTime() < patience && undecided(0, total) > 0) {
            Thread.sleep(20);
        }
    }

    private void send(int number, MadeUpTraffic traffic) {
        byte[] value = traffic.request("q" + number, Instant.now());
        byte[] key = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(Topic.AD_REQUESTS.topicName(), key, value), (taken, failure) -> {
            if (failure == null) {
                requestedMs[number] = (int) (taken.timestamp() - baseMs);
            }
        });
        sent = number + 1;
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> decision : decisions.poll(Duration.ofMillis(50))) {
                String id = new String(decision.key(), StandardCharsets.UTF_8);
                int number = id.startsWith("q") ? Integer.parseInt(id.substring(1)) : -1;
                if (number >= 0 && number < total && decidedMs[number] == UNKNOWN) {
                    decidedMs[number] = (int) (decision.timestamp() - baseMs);
                    expired[number] = contains(decision.value(), EXPIRED);
                }
            }
        }
    }

    private static boolean contains(byte[] text, byte[] part) {
        for (int at = 0; at + part.length <= text.length; at++) {
            if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private int undecided(int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += decidedMs[i] == UNKNOWN ? 1 : 0;
        }
        return count;
    }

    /**
     * Times of the requests that were sent between two seconds of the run, without those taken at a time
     * {@code except}.
     */
    DecisionTimes times(int fromSecond, int toSecond, LongPredicate except) {
        DecisionTimes times = new DecisionTimes();
        for (int i = fromSecond * rate; i < Math.min(sent, toSecond * rate); i++) {
            if (requestedMs[i] == UNKNOWN) {
                times.lost();
            } else if (!except.test(baseMs + requestedMs[i])) {
                if (decidedMs[i] == UNKNOWN) {
                    times.undecided();
                } else {
                    times.decided(decidedMs[i] - requestedMs[i], expired[i]);
                }
            }
        }
        return times;
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        decisions.close();
    }
}
