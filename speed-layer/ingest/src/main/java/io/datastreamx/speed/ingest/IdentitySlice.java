package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventIdentity;

/**
 * The identities that one partition accepted within one slice of append time, 12 bytes each: 64 bits of hash, and in 32
 * more the append time within the slice and what room is left of a second hash. Keys lie in a table by their size, at
 * the place where their share of all keys would be or soon after it; so a sealed slice, which is sorted, may be nearly
 * full, and a search for what is not there ends early. 64 + 9 bits tell apart what 64 would confuse once in decades.
 */
final class IdentitySlice {
    static final long ABSENT = Long.MIN_VALUE;

    private static final double SEALED_LOAD = 0.9;
    private static final int MIN_CAPACITY = 64;
    /** Slots behind the last place, for those that are pushed on. */
    private static final int TAIL = 64;

    private final long firstMs;
    private final int timeBits;
    private long[] keys;
    /** Zero where the slot is free. */
    private int[] tags;

    private int capacity;
    private int size;
    private boolean sealed;

    /**
     * @param firstMs where the slice begins, append time in milliseconds
     * @param lengthMs how long it is; at most 2^31
     */
    IdentitySlice(long firstMs, long lengthMs) {
        this.firstMs = firstMs;
        this.timeBits = 64 - Long.numberOfLeadingZeros(lengthMs);
        if (timeBits > 32) {
            throw new IllegalArgumentException("a slice of " + lengthMs + " ms is too long");
        }
        allocate(MIN_CAPACITY);
    }

    /** @return append time in milliseconds; {@link #ABSENT} where it is not there */
    long find(EventIdentity identity) {
        return sealed ? findSealed(identity) : findOpen(identity);
    }

    private long findOpen(EventIdentity identity) {
        for (int slot = placeOf(identity.time()); slot < tags.length && tags[slot] != 0; slot++) {
            if (holds(slot, identity)) {
                return firstMs + timeOf(tags[slot]);
            }
        }
        return ABSENT;
    }

    /** Looks at keys alone, one line of the cache, until one is greater; that of a free slot is the least there is. */
    private long findSealed(EventIdentity identity) {
        long key = identity.time();
        for (int slot = placeOf(key); slot < keys.length; slot++) {
            if (keys[slot] == key && holds(slot, identity)) {
                return firstMs + timeOf(tags[slot]);
            }
            if (Long.compareUnsigned(keys[slot], key) > 0) {
                break;
            }
        }
        return ABSENT;
    }

    private boolean holds(int slot, EventIdentity identity) {
        return tags[slot] != 0 && keys[slot] == identity.time() && secondOf(tags[slot]) == secondHash(identity.id());
    }

    /** Adds an identity that is not there. */
    void add(long id, long time, long appendMs) {
        if (sealed) {
            unseal();
        }
        int tag = (int) ((appendMs - firstMs + 1) | (long) secondHash(id) << timeBits);
        while (size * 5L > capacity * 3L || !insert(time, tag)) {
            rebuild(capacity * 2);
        }
        size++;
    }

    /** Shrinks it to what it holds; more can still be added, at a price. */
    void seal() {
        if (sealed) {
            return;
        }
        long[] sortedKeys = new long[size];
        int[] sortedTags = new int[size];
        sort(sortedKeys, sortedTags);
        int wanted = Math.max(MIN_CAPACITY, (int) (size / SEALED_LOAD));
        while (!place(sortedKeys, sortedTags, wanted)) {
            wanted += wanted / 8;
        }
        sealed = true;
    }

    int size() {
        return size;
    }

    long bytes() {
        return 12L * tags.length;
    }

    private boolean insert(long key, int tag) {
        for (int slot = placeOf(key); slot < tags.length; slot++) {
            if (tags[slot] == 0) {
                keys[slot] = key;
                tags[slot] = tag;
                return true;
            }
        }
        return false;
    }

    private void unseal() {
        sealed = false;
        rebuild(Math.max(MIN_CAPACITY, capacity * 2));
    }

    private void rebuild(int wanted) {
        long[] oldKeys = keys;
        int[] oldTags = tags;
        allocate(wanted);
        for (int slot = 0; slot < oldTags.length; slot++) {
            if (oldTags[slot] != 0 && !insert(oldKeys[slot], oldTags[slot])) {
                keys = oldKeys;
                tags = oldTags;
                rebuild(wanted * 2);
                return;
            }
        }
    }

    /** What lies in the table is nearly in order, so each has few to pass. */
    private void sort(long[] sortedKeys, int[] sortedTags) {
        int sorted = 0;
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] != 0) {
                int at = sorted++;
                while (at > 0 && Long.compareUnsigned(sortedKeys[at - 1], keys[slot]) > 0) {
                    sortedKeys[at] = sortedKeys[at - 1];
                    sortedTags[at] = sortedTags[at - 1];
                    at--;
                }
                sortedKeys[at] = keys[slot];
                sortedTags[at] = tags[slot];
            }
        }
    }

    private boolean place(long[] sortedKeys, int[] sortedTags, int wanted) {
        allocate(wanted);
        int free = 0;
        for (int i = 0; i < sortedKeys.length; i++) {
            int slot = Math.max(free, placeOf(sortedKeys[i]));
            if (slot >= tags.length) {
                return false;
            }
            keys[slot] = sortedKeys[i];
            tags[slot] = sortedTags[i];
            free = slot + 1;
        }
        return true;
    }

    private void allocate(int wanted) {
        capacity = wanted;
        keys = new long[wanted + TAIL];
        tags = new int[wanted + TAIL];
    }

    /** Grows with the key as an unsigned number. */
    private int placeOf(long key) {
        return (int) (((key >>> 33) * capacity) >>> 31);
    }

    private int secondHash(long id) {
        return timeBits == 32 ? 0 : (int) (id >>> (32 + timeBits));
    }

    private int secondOf(int tag) {
        return timeBits == 32 ? 0 : tag >>> timeBits;
    }

    private long timeOf(int tag) {
        return (tag & 0xffffffffL & (1L << timeBits) - 1) - 1;
    }
}
