package io.datastreamx.speed.dispatch;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Who may still be asked under the caps of day and hour (UTC): fills as the log of events has them, of all dispatchers,
 * and what this process has reserved besides. A reservation is made before an aggregator is asked and ends when it does
 * not fill, or when the log says that it did.
 *
 * <p>Each partition of the decisions has a share of every cap, and whoever reads the partition reserves from it alone;
 * so a cap holds over all dispatchers although none asks another. A fill belongs to the partition of its request, and
 * counts at the time when the aggregator was asked. Thread-safe.
 */
final class CapLedger {
    /**
     * A writer that is behind repeats an event within the life of its request, so its first copy is among the latest.
     */
    private static final int REMEMBERED_FILLS = 100_000;

    /** Until all dispatchers know of added partitions, they would count by different shares. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    /** What a cap is on. The index counts units since the epoch. */
    private record Period(String aggregatorId, ChronoUnit unit, long index) {
        static Period of(String aggregatorId, ChronoUnit unit, Instant at) {
            return new Period(
                    aggregatorId,
                    unit,
                    Math.floorDiv(at.getEpochSecond(), unit.getDuration().toSeconds()));
        }
    }

    /** An aggregator asked for a request, which happens once. */
    private record Asked(String requestId, String aggregatorId) {}

    /** By partition. */
    private static final class Counts {
        final long[] fills;
        final long[] reserved;

        Counts(int partitions) {
            fills = new long[partitions];
            reserved = new long[partitions];
        }

        long[] used() {
            long[] used = fills.clone();
            Arrays.setAll(used, partition -> fills[partition] + reserved[partition]);
            return used;
        }
    }

    /**
     * Most fills.
     *
     * @param day of a day; 0 is unlimited
     * @param hour of an hour; 0 is unlimited
     */
    record Limits(long day, long hour) {
        static final Limits NONE = new Limits(0, 0);
    }

    private final LongSupplier nanoTime;
    private final Map<Period, Counts> periods = new HashMap<>();
    private final Map<Asked, Instant> reservations = new HashMap<>();
    private final Set<Asked> filled = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Boolean> eldest) {
            return size() > REMEMBERED_FILLS;
        }
    });
    private int partitions;
    private long count;
    private boolean counted;
    private long settledAt;

    /** @param nanoTime as {@link System#nanoTime} */
    CapLedger(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.settledAt = nanoTime.getAsLong();
    }

    /**
     * Begins to count anew, for so many partitions of the decisions; nobody with a cap is asked before
     * {@link #counted}. Reservations stay.
     *
     * @return by which those name this count who tell what stood in the log before
     */
    synchronized long begin(int newPartitions) {
        if (partitions != 0 && newPartitions != partitions) {
            settledAt = nanoTime.getAsLong() + SETTLING.toNanos();
        }
        partitions = newPartitions;
        counted = false;
        periods.clear();
        filled.clear();
        reservations.forEach((asked, at) -> reserve(asked, at, 1));
        return ++count;
    }

    /** All fills of today that stood in the log at {@link #begin} have been told. */
    synchronized void counted(long of) {
        counted |= of == count;
    }

    /** Whether nobody has begun anew. */
    synchronized boolean isLatest(long of) {
        return of == count;
    }

    /** A fill that stood in the log at {@link #begin}. */
    synchronized void filledBefore(long of, String aggregatorId, String requestId, Instant at) {
        if (of == count) {
            filled(aggregatorId, requestId, at);
        }
    }

    synchronized boolean isCounted() {
        return counted;
    }

    synchronized int partitions() {
        return partitions;
    }

    /** Of the decisions on a request, as Kafka's producers choose it. */
    private int partitionOf(String requestId) {
        return Utils.toPositive(Utils.murmur2(requestId.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /**
     * Takes one fill from the share of a partition.
     *
     * @param partition in which the decision was read
     * @param at when the aggregator is asked
     * @return why it must not be asked; empty if it may, and then {@link #giveBack} is due unless it fills
     */
    synchronized Optional<NotAsked> reserve(
            String aggregatorId, Limits limits, String requestId, int partition, Instant at) {
        if (limits.day() == 0) {
            return Optional.empty();
        }
        if (!counted || nanoTime.getAsLong() - settledAt < 0 || partition != partitionOf(requestId)) {
            return Optional.of(NotAsked.CAP_NOT_COUNTED);
        }
        Period day = Period.of(aggregatorId, ChronoUnit.DAYS, at);
        if (left(day, limits.day(), counts(day).used(), partition) <= 0) {
            return Optional.of(NotAsked.CAP);
        }
        Period hour = Period.of(aggregatorId, ChronoUnit.HOURS, at);
        if (limits.hour() > 0 && left(hour, limits.hour(), counts(hour).used(), partition) <= 0) {
            return Optional.of(NotAsked.PACING);
        }
        Asked asked = new Asked(requestId, aggregatorId);
        if (reservations.putIfAbsent(asked, at) == null) {
            reserve(asked, at, 1);
        }
        return Optional.empty();
    }

    /** The aggregator did not fill. */
    synchronized void giveBack(String aggregatorId, String requestId) {
        Asked asked = new Asked(requestId, aggregatorId);
        Instant at = reservations.remove(asked);
        if (at != null) {
            reserve(asked, at, -1);
        }
    }

    /**
     * A fill as the log has it, of any dispatcher; told twice, as by delivery and response, it counts once.
     *
     * @param at when the aggregator was asked; of a fill that was reserved here that is known
     */
    synchronized void filled(String aggregatorId, String requestId, Instant at) {
        Asked asked = new Asked(requestId, aggregatorId);
        if (!filled.add(asked)) {
            return;
        }
        Instant time = reservations.getOrDefault(asked, at);
        giveBack(aggregatorId, requestId);
        int partition = partitionOf(requestId);
        counts(Period.of(aggregatorId, ChronoUnit.DAYS, time)).fills[partition]++;
        counts(Period.of(aggregatorId, ChronoUnit.HOURS, time)).fills[partition]++;
    }

    /** Fills of the day of all dispatchers, as the log has them. */
    synchronized long fillsOfTheDay(String aggregatorId, Instant now) {
        return LongStream.of(counts(Period.of(aggregatorId, ChronoUnit.DAYS, now)).fills)
                .sum();
    }

    /** Whether no partition has a fill left by what the log says; who has one reserved may still give it back. */
    synchronized boolean isSpent(String aggregatorId, Limits limits, Instant now) {
        return limits.day() > 0 && isSpent(Period.of(aggregatorId, ChronoUnit.DAYS, now), limits.day())
                || limits.hour() > 0 && isSpent(Period.of(aggregatorId, ChronoUnit.HOURS, now), limits.hour());
    }

    /** Days and hours that are over for good are forgotten. */
    synchronized void forgetBefore(Instant now) {
        periods.keySet()
                .removeIf(period ->
                        period.index() < Period.of("", period.unit(), now).index() - 1);
    }

    private boolean isSpent(Period period, long cap) {
        long[] fills = counts(period).fills;
        return counted
                && IntStream.range(0, partitions).allMatch(partition -> left(period, cap, fills, partition) <= 0);
    }

    private void reserve(Asked asked, Instant at, int change) {
        int partition = partitionOf(asked.requestId());
        counts(Period.of(asked.aggregatorId(), ChronoUnit.DAYS, at)).reserved[partition] += change;
        counts(Period.of(asked.aggregatorId(), ChronoUnit.HOURS, at)).reserved[partition] += change;
    }

    private Counts counts(Period period) {
        return periods.computeIfAbsent(period, p -> new Counts(partitions));
    }

    /**
     * What partitions have used above their shares, as after a cap was lowered or partitions were added, each of the
     * others does without: any of them may be alone in having that much left.
     */
    private long left(Period period, long cap, long[] used, int partition) {
        long over = 0;
        for (int other = 0; other < partitions; other++) {
            over += Math.max(0, used[other] - share(cap, period, other));
        }
        return share(cap, period, partition) - used[partition] - over;
    }

    /** Shares add up to the cap; what does not divide goes to another partition in each period. */
    private long share(long cap, Period period, int partition) {
        long place = Math.floorMod(partition + period.index(), (long) partitions);
        return upTo(cap, place + 1) - upTo(cap, place);
    }

    /** Without overflow. */
    private long upTo(long cap, long place) {
        return cap / partitions * place + cap % partitions * place / partitions;
    }
}
