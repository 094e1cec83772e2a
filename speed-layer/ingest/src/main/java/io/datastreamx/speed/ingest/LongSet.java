package io.datastreamx.speed.ingest;

/** A set of hashes in one plain array. Open addressing with linear probing. */
final class LongSet {
    private long[] slots = new long[1 << 10];
    private int size;
    private boolean holdsZero;

    /** @return false where it was there already */
    boolean add(long hash) {
        if (hash == 0) {
            boolean isNew = !holdsZero;
            holdsZero = true;
            return isNew;
        }
        int slot = slotOf(hash);
        if (slots[slot] == hash) {
            return false;
        }
        slots[slot] = hash;
        if (++size * 3L > slots.length * 2L) {
            grow();
        }
        return true;
    }

    boolean contains(long hash) {
        return hash == 0 ? holdsZero : slots[slotOf(hash)] == hash;
    }

    long bytes() {
        return 8L * slots.length;
    }

    private int slotOf(long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long hash : old) {
            if (hash != 0) {
                slots[slotOf(hash)] = hash;
            }
        }
    }
}
