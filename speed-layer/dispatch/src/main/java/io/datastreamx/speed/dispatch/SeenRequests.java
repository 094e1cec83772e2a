package io.datastreamx.speed.dispatch;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The requests that have been decided and whose deadline has not passed. Later ones need no memory: a decision past its
 * deadline is not dispatched at all. When full it forgets those that expire soonest. Not thread-safe.
 */
final class SeenRequests {

    private final int capacity;
    private final Set<String> ids = new HashSet<>();
    private final PriorityQueue<Entry> byDeadline = new PriorityQueue<>(Comparator.comparingLong(Entry::deadlineMs));

    private record Entry(String requestId, long deadlineMs) {}

    SeenRequests(int capacity) {
        this.capacity = capacity;
    }

    /** @return whether this is the first decision on the request */
    boolean add(String requestId, long deadlineMs, long nowMs) {
        while (!byDeadline.isEmpty() && byDeadline.peek().deadlineMs() < nowMs) {
            ids.remove(byDeadline.poll().requestId());
        }
        if (!ids.add(requestId)) {
            return false;
        }
        byDeadline.add(new Entry(requestId, deadlineMs));
        if (ids.size() > capacity) {
            ids.remove(byDeadline.poll().requestId());
        }
        return true;
    }

    int size() {
        return ids.size();
    }
}
