package io.datastreamx.speed.ingest;

/**
 * A hash map from {@link RecordId} to a long in plain arrays: 24 bytes a slot, no object per entry, because the index
 * holds every event of the last hours. Open addressing with linear probing; the ids are hashes already, so their low
 * half is the slot.
 */
final class RecordIdMap {
    /** Returned where there is no entry. */
    static final long ABSENT = Long.MIN_VALUE;

    private long[] highs;
    private long[] lows;
    private long[] values;
    private int size;

    RecordIdMap() {
        allocate(1 << 10);
    }

    long get(RecordId id) {
        return values[slotOf(id.high(), id.low())];
    }

    void put(RecordId id, long value) {
        if (value == ABSENT) {
            throw new IllegalArgumentException("the value " + value + " marks a free slot");
        }
        int slot = slotOf(id.high(), id.low());
        if (values[slot] == ABSENT) {
            size++;
        }
        set(slot, id.high(), id.low(), value);
        if (size * 3L > values.length * 2L) {
            grow();
        }
    }

    int size() {
        return size;
    }

    private int slotOf(long high, long low) {
        int mask = values.length - 1;
        int slot = (int) low & mask;
        while (values[slot] != ABSENT && (highs[slot] != high || lows[slot] != low)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void set(int slot, long high, long low, long value) {
        highs[slot] = high;
        lows[slot] = low;
        values[slot] = value;
    }

    private void allocate(int slots) {
        highs = new long[slots];
        lows = new long[slots];
        values = new long[slots];
        java.util.Arrays.fill(values, ABSENT);
    }

    private void grow() {
        long[] oldHighs = highs;
        long[] oldLows = lows;
        long[] oldValues = values;
        allocate(oldValues.length * 2);
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != ABSENT) {
                set(slotOf(oldHighs[i], oldLows[i]), oldHighs[i], oldLows[i], oldValues[i]);
            }
        }
    }
}
