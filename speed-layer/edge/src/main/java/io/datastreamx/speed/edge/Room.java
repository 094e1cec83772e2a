package io.datastreamx.speed.edge;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests together may hold, from when they are read until Kafka has them. Thread-safe. */
final class Room {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    Room(long limit) {
        this.limit = limit;
    }

    long used() {
        return used.get();
    }

    /** What one request holds of it; used by one thread at a time. */
    final class Share {
        private final AtomicLong held = new AtomicLong();

        /** @throws RefusedException where there is not so much left; nothing is taken then */
        void take(long bytes) throws RefusedException {
            if (used.addAndGet(bytes) > limit) {
                used.addAndGet(-bytes);
                throw RefusedException.later(
                        Outcome.BEHIND, "records come faster than Kafka takes them; send the same again", 1);
            }
            held.addAndGet(bytes);
        }

        /** Gives all back; doing so again does nothing. */
        void give() {
            used.addAndGet(-held.getAndSet(0));
        }
    }

    Share share() {
        return new Share();
    }
}
