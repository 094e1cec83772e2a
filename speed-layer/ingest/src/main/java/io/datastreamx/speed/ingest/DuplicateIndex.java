package io.datastreamx.speed.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ids accepted within the horizon, with their append times. Derived from the raw log and rebuilt from it at start;
 * a replayed batch therefore meets the same index and decides the same. A batch is judged first and recorded only when
 * its ledger row stands.
 *
 * <p>A record is a duplicate when an accepted record with its id lies within the horizon of append time. Ids are kept
 * for two horizons, so that a partition that lags by up to one horizon is still judged right. Not thread-safe.
 */
final class DuplicateIndex {
    /** A valid record to be judged. */
    record Candidate(RecordId id, Position position) {}

    /**
     * What became of one batch.
     *
     * @param duplicates positions of the records to be flagged
     * @param accepted the others, to be given to {@link #record}
     */
    record Judgement(List<Position> duplicates, List<Candidate> accepted) {}

    private static final int GENERATIONS_PER_HORIZON = 4;

    private final long horizonMicros;
    private final long generationMicros;
    /** By number of the append-time slice that the ids belong to. */
    private final TreeMap<Long, RecordIdMap> generations = new TreeMap<>();

    /** @param horizon zero switches recognition off: every record is accepted */
    DuplicateIndex(Duration horizon) {
        this.horizonMicros = horizon.toNanos() / 1_000;
        this.generationMicros = Math.max(1, horizonMicros / GENERATIONS_PER_HORIZON);
    }

    Judgement judge(List<Candidate> batch) {
        List<Candidate> ordered = new ArrayList<>(batch);
        ordered.sort(Comparator.comparing(Candidate::position, Position.ORDER));
        if (horizonMicros == 0) {
            return new Judgement(List.of(), ordered);
        }
        RecordIdMap inBatch = new RecordIdMap();
        List<Position> duplicates = new ArrayList<>();
        List<Candidate> accepted = new ArrayList<>(ordered.size());
        for (Candidate candidate : ordered) {
            long time = candidate.position().appendMicros();
            if (near(inBatch.get(candidate.id()), time) || isKnown(candidate.id(), time)) {
                duplicates.add(candidate.position());
            } else {
                inBatch.put(candidate.id(), time);
                accepted.add(candidate);
            }
        }
        return new Judgement(duplicates, accepted);
    }

    /** Remembers what a complete batch accepted, and forgets what is two horizons old. */
    void record(List<Candidate> accepted) {
        accepted.forEach(candidate -> add(candidate.id(), candidate.position().appendMicros()));
        forget();
    }

    void add(RecordId id, long appendMicros) {
        if (horizonMicros > 0) {
            generations
                    .computeIfAbsent(appendMicros / generationMicros, slice -> new RecordIdMap())
                    .put(id, appendMicros);
        }
    }

    long size() {
        return generations.values().stream().mapToLong(RecordIdMap::size).sum();
    }

    private boolean isKnown(RecordId id, long time) {
        long slice = time / generationMicros;
        for (Map.Entry<Long, RecordIdMap> generation : generations
                .subMap(slice - GENERATIONS_PER_HORIZON - 1, true, slice + GENERATIONS_PER_HORIZON + 1, true)
                .entrySet()) {
            if (near(generation.getValue().get(id), time)) {
                return true;
            }
        }
        return false;
    }

    private boolean near(long known, long time) {
        return known != RecordIdMap.ABSENT && Math.abs(time - known) <= horizonMicros;
    }

    private void forget() {
        if (!generations.isEmpty()) {
            generations
                    .headMap(generations.lastKey() - 2L * GENERATIONS_PER_HORIZON - 1)
                    .clear();
        }
    }
}
