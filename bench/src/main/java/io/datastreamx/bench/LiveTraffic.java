package io.datastreamx.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The records of a fleet, as dense as 30,000 boxes make them, of which one in a hundred comes a second time and one in
 * a thousand is not valid.
 *
 * @param records all together
 */
record LiveTraffic(long seed, long records, Instant start) {
    private static final int RETRIES = 100;
    private static final int RETRY_AFTER = 500;
    private static final int FAULTS = 1_000;
    private static final String FAULTY = "{\"schema_version\":1,\"event_type\":\"heartbeat\"";

    static LiveTraffic ofTwoDaysAgo(long seed, long records) {
        return new LiveTraffic(seed, records, Instant.now().minus(Duration.ofDays(2)));
    }

    /** Sends all as fast as the broker takes them. @return how many of them count */
    long send(Producer<byte[], byte[]> producer) {
        Messages messages = new Messages();
        while (messages.hasNext()) {
            Fleet.Message message = messages.next();
            producer.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
        }
        producer.flush();
        return messages.accepted;
    }

    /** All of them in their order, the same each time. */
    Iterable<Fleet.Message> messages() {
        return Messages::new;
    }

    private final class Messages implements Iterator<Fleet.Message> {
        private final Fleet fleet = new Fleet(seed, records, start, Fleet.dense(records));
        private final Deque<Fleet.Message> sent = new ArrayDeque<>();
        private long made;
        private long accepted;

        @Override
        public boolean hasNext() {
            return made < records;
        }

        @Override
        public Fleet.Message next() {
            made++;
            if (made % FAULTS == 0) {
                return faulty(sent.getLast());
            }
            if (made % RETRIES == 0) {
                return sent.getFirst();
            }
            Fleet.Message message = fleet.next();
            accepted++;
            sent.addLast(message);
            if (sent.size() > RETRY_AFTER) {
                sent.removeFirst();
            }
            return message;
        }
    }

    private static Fleet.Message faulty(Fleet.Message like) {
        return new Fleet.Message(like.topic(), like.key(), FAULTY.getBytes(StandardCharsets.UTF_8));
    }
}
