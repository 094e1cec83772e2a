package io.datastreamx.verification;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A log to test exactness on: mostly good events of interleaved ad opportunities and tuning, with retries near and far,
 * late events, boxes whose clock is wrong or that use their ids again, and records that are malformed in every way. The
 * same options give the same bytes.
 */
public final class RecordGenerator implements Iterator<GeneratedRecord> {
    /**
     * @param seed of everything random; also part of all ids
     * @param count records in all
     * @param start event time of the first event
     * @param duplicates share of retries
     * @param late share of events dated up to three days back
     * @param wrongClocks share of events with a clock that nobody can believe, or almost nobody
     * @param malformed share of malformed records
     * @param topics the topics to write to
     * @param currency of good records
     */
    public record Options(
            long seed,
            long count,
            Instant start,
            double duplicates,
            double late,
            double wrongClocks,
            double malformed,
            Set<String> topics,
            String currency) {
        public Options {
            if (count < 1 || topics.isEmpty() || !FactLog.TOPICS.containsAll(topics)) {
                throw new IllegalArgumentException("expected a count above 0 and some of the topics " + FactLog.TOPICS
                        + ", got " + count + " and " + topics);
            }
        }

        /** All topics, 2 % repeats, 1 % late, 0.5 % with wrong clocks, 0.5 % malformed. */
        public static Options standard(long seed, long count, Instant start) {
            return new Options(seed, count, start, 0.02, 0.01, 0.005, 0.005, Set.copyOf(FactLog.TOPICS), "USD");
        }
    }

    /** Stories told at once; their events are mixed as those of many boxes are. */
    private static final int STORIES = 200;

    private record Repeat(long at, long order, GeneratedRecord record) {}

    private final Options options;
    private final SplittableRandom random;
    private final Stories stories;
    private final Malformations malformations;
    private final List<Deque<GeneratedRecord>> running = new ArrayList<>();
    private final PriorityQueue<Repeat> repeats = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long given;
    private long ordered;

    public RecordGenerator(Options options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
        this.stories = new Stories(options, random.split());
        this.malformations = new Malformations(random.split());
        for (int i = 0; i < STORIES; i++) {
            running.add(new ArrayDeque<>());
        }
    }

    @Override
    public boolean hasNext() {
        return given < options.count();
    }

    @Override
    public GeneratedRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        given++;
        if (!repeats.isEmpty() && repeats.peek().at() <= given) {
            return repeats.poll().record();
        }
        Deque<GeneratedRecord> story = story();
        if (random.nextDouble() < options.malformed()) {
            // Made of the good record that follows, so that a bad record with a good one's id must not hide it.
            return malformations.of(story.peek());
        }
        GeneratedRecord record = story.poll();
        if (random.nextDouble() < options.duplicates()) {
            repeats.add(new Repeat(given + distance(), ordered++, stories.again(record)));
        }
        return record;
    }

    /** From the very next record to tens of thousands later, as far as the log is long enough. */
    private long distance() {
        long most = Math.max(1, Math.min(50_000, options.count() / 4));
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextLong(Math.min(100, most));
            case 2 -> 1 + random.nextLong(Math.min(5_000, most));
            default -> 1 + random.nextLong(most);
        };
    }

    private Deque<GeneratedRecord> story() {
        Deque<GeneratedRecord> story = running.get(random.nextInt(running.size()));
        while (story.isEmpty()) {
            stories.next().stream()
                    .filter(record -> options.topics().contains(record.topic()))
                    .forEach(story::add);
        }
        return story;
    }
}
