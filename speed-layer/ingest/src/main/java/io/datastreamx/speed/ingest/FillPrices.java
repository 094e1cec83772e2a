package io.datastreamx.speed.ingest;

import io.datastreamx.contract.measure.FillPrice;
import it.unimi.dsi.fastutil.HashCommon;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.time.Duration;
import java.util.TreeMap;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * The prices of fills that one Kafka partition accepted lately, by request and aggregator: with which price a complete
 * counts, as {@link FillPrice} says. Fills and the completes of their ads have one key and so meet in one partition.
 * What a batch under way brings is kept apart until it stands. Not thread-safe.
 */
final class FillPrices {
    /** No fill is known; no price is negative. */
    static final long UNKNOWN = -1;

    /** Boxes choose the ids of requests: of another process nobody can tell which of them would meet. */
    private static final long SEED = new java.security.SecureRandom().nextLong();

    private static final float LOAD = 0.85f;

    private final boolean on;
    private final long sliceMs;
    private final TreeMap<Long, Long2LongOpenHashMap> slices = new TreeMap<>();
    private final TreeMap<Long, Long2LongOpenHashMap> pending = new TreeMap<>();

    /** @param horizon zero: no fill is known ever */
    FillPrices(Duration horizon) {
        this.on = !horizon.isZero();
        this.sliceMs = FillPrice.sliceMs(horizon);
    }

    /** A fill of the batch under way, in the order of offsets. */
    void filled(String requestId, String aggregatorId, long priceMicros, long appendMs) {
        if (on) {
            put(pending, key(requestId, aggregatorId), priceMicros, sliceOf(appendMs));
        }
    }

    /** A fill of a complete batch. */
    void add(String requestId, String aggregatorId, long priceMicros, long appendMs) {
        long slice = sliceOf(appendMs);
        if (on && (slices.isEmpty() || slice >= slices.lastKey() - FillPrice.SLICES)) {
            put(slices, key(requestId, aggregatorId), priceMicros, slice);
            forget();
        }
    }

    /** @return CPM price of the fill that is known to a complete here and now, micro-units; else {@link #UNKNOWN} */
    long priceOf(String requestId, String aggregatorId, long appendMs) {
        long key = key(requestId, aggregatorId);
        long oldest = sliceOf(appendMs) - FillPrice.SLICES;
        return lower(lowest(slices, oldest, key), lowest(pending, oldest, key));
    }

    /** The batch under way stands. */
    void settle() {
        pending.forEach((slice, prices) -> prices.long2LongEntrySet()
                .fastForEach(fill -> put(slices, fill.getLongKey(), fill.getLongValue(), slice)));
        pending.clear();
        forget();
    }

    /** The batch under way is read again. */
    void discard() {
        pending.clear();
    }

    int size() {
        return slices.values().stream().mapToInt(Long2LongOpenHashMap::size).sum();
    }

    long bytes() {
        return slices.values().stream()
                .mapToLong(prices -> 16L * HashCommon.arraySize(prices.size(), LOAD))
                .sum();
    }

    private void forget() {
        if (!slices.isEmpty()) {
            slices.headMap(slices.lastKey() - FillPrice.SLICES - 1).clear();
        }
    }

    private long sliceOf(long appendMs) {
        return Math.floorDiv(appendMs, sliceMs);
    }

    private static void put(TreeMap<Long, Long2LongOpenHashMap> slices, long key, long priceMicros, long slice) {
        slices.computeIfAbsent(slice, any -> {
                    Long2LongOpenHashMap prices = new Long2LongOpenHashMap(64, LOAD);
                    prices.defaultReturnValue(UNKNOWN);
                    return prices;
                })
                .mergeLong(key, priceMicros, Math::min);
    }

    private static long lowest(TreeMap<Long, Long2LongOpenHashMap> slices, long oldest, long key) {
        long lowest = UNKNOWN;
        for (Long2LongOpenHashMap prices : slices.tailMap(oldest).values()) {
            lowest = lower(lowest, prices.get(key));
        }
        return lowest;
    }

    private static long lower(long one, long other) {
        return one == UNKNOWN || other == UNKNOWN ? Math.max(one, other) : Math.min(one, other);
    }

    private static long key(String requestId, String aggregatorId) {
        return MurmurHash3.hash((requestId + '\n' + aggregatorId).toCharArray(), SEED)[0];
    }
}
