package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventIdentity;
import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.time.Duration;
import java.util.TreeMap;

/**
 * The identities that one Kafka partition accepted within the horizon, with their append times. Equal identities have
 * equal keys and so meet in one partition.
 *
 * <p>A record is a duplicate when an accepted record with its identity lies within the horizon of append time. What a
 * batch accepts is kept apart until it stands. Append times of one partition hardly ever step back; identities are kept
 * for a slice longer than the horizon. Not thread-safe.
 */
final class DuplicateIndex {
    /** What a record turned out to be. */
    enum Verdict {
        NEW,
        /** New, and its id was used shortly before with another time. */
        NEW_WITH_USED_ID,
        DUPLICATE
    }

    private static final int SLICES_PER_HORIZON = 24;

    private final long horizonMs;
    private final long sliceMs;
    private final TreeMap<Long, IdentitySlice> slices = new TreeMap<>();
    /** Ids without their times, of the newest slice. */
    private LongOpenHashSet usedIds = new LongOpenHashSet();

    private IdentityMap pending = new IdentityMap();
    private LongOpenHashSet pendingIds = new LongOpenHashSet();

    /** @param horizon zero switches recognition off: every record is new */
    DuplicateIndex(Duration horizon) {
        this.horizonMs = horizon.toMillis();
        this.sliceMs = Math.max(1, (horizonMs + SLICES_PER_HORIZON - 1) / SLICES_PER_HORIZON);
    }

    /** Judges the next record of the partition, in the order of offsets, and remembers it for the batch under way. */
    Verdict judge(EventIdentity identity, long appendMs) {
        if (horizonMs == 0) {
            return Verdict.NEW;
        }
        if (near(pending.get(identity), appendMs) || isKnown(identity, appendMs)) {
            return Verdict.DUPLICATE;
        }
        pending.put(identity, appendMs);
        long slice = Math.floorDiv(appendMs, sliceMs);
        boolean used = !slices.isEmpty() && slices.lastKey() == slice && usedIds.contains(identity.id());
        // The time belongs to what is new in the batch, so equal ids of different slices must not meet.
        boolean usedInBatch = !pendingIds.add(identity.id() + slice);
        return used || usedInBatch ? Verdict.NEW_WITH_USED_ID : Verdict.NEW;
    }

    /** Adds what a complete batch accepted. */
    void add(long id, long time, long appendMs) {
        if (horizonMs == 0) {
            return;
        }
        long slice = Math.floorDiv(appendMs, sliceMs);
        boolean newest = slices.isEmpty() || slice > slices.lastKey();
        if (newest) {
            slices.values().forEach(IdentitySlice::seal);
            usedIds = new LongOpenHashSet();
        } else if (slice < slices.lastKey() - SLICES_PER_HORIZON - 1) {
            return;
        }
        slices.computeIfAbsent(slice, number -> new IdentitySlice(number * sliceMs, sliceMs))
                .add(id, time, appendMs);
        if (slice == slices.lastKey()) {
            usedIds.add(id);
        }
        if (newest) {
            slices.headMap(slice - SLICES_PER_HORIZON - 1).clear();
        }
    }

    long size() {
        return slices.values().stream().mapToLong(IdentitySlice::size).sum();
    }

    long bytes() {
        return 8L * HashCommon.arraySize(usedIds.size(), LongOpenHashSet.DEFAULT_LOAD_FACTOR)
                + slices.values().stream().mapToLong(IdentitySlice::bytes).sum();
    }

    /** The batch under way stands. */
    void settle() {
        pending.forEach(this::add);
        discard();
    }

    /** The batch under way is read again. */
    void discard() {
        pending = new IdentityMap();
        pendingIds = new LongOpenHashSet();
    }

    private boolean isKnown(EventIdentity identity, long appendMs) {
        for (IdentitySlice slice : slices.values()) {
            if (near(slice.find(identity), appendMs)) {
                return true;
            }
        }
        return false;
    }

    private boolean near(long knownMs, long appendMs) {
        return knownMs != IdentitySlice.ABSENT && Math.abs(appendMs - knownMs) <= horizonMs;
    }
}
