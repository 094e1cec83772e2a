package io.datastreamx.speed.dispatch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the large ones among the answers under way share, so that thousands of them at a time cannot fill the
 * heap. Thread-safe.
 */
final class BodyRoom {
    /** What every body has without asking: bid responses are smaller. */
    static final int FREE_BYTES = 16 << 10;

    private final AtomicLong left;

    BodyRoom(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** @return whether there was room; what was taken is to be given back */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }

    long left() {
        return left.get();
    }
}
