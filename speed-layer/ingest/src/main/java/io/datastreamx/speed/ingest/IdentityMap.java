package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventIdentity;
import java.util.Arrays;

/**
 * A hash map from {@link EventIdentity} to a long in plain arrays, for the identities of one batch. Open addressing
 * with linear probing; identities are hashes already, so a part of one is the slot.
 */
final class IdentityMap {
    /** Returned where there is no entry. */
    static final long ABSENT = Long.MIN_VALUE;

    private long[] ids;
    private long[] times;
    private long[] values;
    private int size;

    IdentityMap() {
        allocate(1 << 10);
    }

    long get(EventIdentity identity) {
        return values[slotOf(identity.id(), identity.time())];
    }

    /** @param value anything but {@link #ABSENT} */
    void put(EventIdentity identity, long value) {
        int slot = slotOf(identity.id(), identity.time());
        if (values[slot] == ABSENT) {
            size++;
        }
        set(slot, identity.id(), identity.time(), value);
        if (size * 3L > values.length * 2L) {
            grow();
        }
    }

    int size() {
        return size;
    }

    /** Shows every entry, in no order. */
    void forEach(Visitor visitor) {
        for (int slot = 0; slot < values.length; slot++) {
            if (values[slot] != ABSENT) {
                visitor.visit(ids[slot], times[slot], values[slot]);
            }
        }
    }

    interface Visitor {
        void visit(long id, long time, long value);
    }

    private int slotOf(long id, long time) {
        int mask = values.length - 1;
        int slot = (int) time & mask;
        while (values[slot] != ABSENT && (ids[slot] != id || times[slot] != time)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void set(int slot, long id, long time, long value) {
        ids[slot] = id;
        times[slot] = time;
        values[slot] = value;
    }

    private void allocate(int slots) {
        ids = new long[slots];
        times = new long[slots];
        values = new long[slots];
        Arrays.fill(values, ABSENT);
    }

    private void grow() {
        long[] oldIds = ids;
        long[] oldTimes = times;
        long[] oldValues = values;
        allocate(oldValues.length * 2);
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != ABSENT) {
                set(slotOf(oldIds[i], oldTimes[i]), oldIds[i], oldTimes[i], oldValues[i]);
            }
        }
    }
}
