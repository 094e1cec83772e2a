package io.datastreamx.simulator.lab;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.simulator.world.ChainClock;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import io.datastreamx.simulator.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The closed loop in one process: the boxes of a world ask, a policy decides, aggregators answer as the truth says, and
 * what was seen goes back to the policy, by minutes and by nights. Whatever the policy, the same boxes ask at the same
 * times from the same channels, and a request has the same fate with an aggregator: differences between policies are
 * those of the policies. Boxes are shared among threads, each box stays with one.
 */
final class Lab implements AutoCloseable {
    /** The first day of every run. */
    static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    /** Between the request's arrival and the decision. */
    private static final long DECIDED_AFTER_MS = 3;

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    /** Fewer requests of a minute than this are not worth waking threads for. */
    private static final int WORTH_SHARING = 128;

    private final Truth truth;
    private final long seed;
    private final int requestsPerDay;
    private final int threads;
    private final LabPolicy policy;
    private final Judge judge;
    private final List<LabShard> shards = new ArrayList<>();
    private final ExecutorService workers;
    private final Caps caps;
    private final OutageWatch outages;
    private long wakingNanos;
    private long nightNanos;

    /**
     * @param seed of the traffic, and of the world where it names none
     * @param every so-many-th request is judged under the truth
     */
    Lab(World world, long seed, int requestsPerDay, int threads, int every, LabPolicy policy) {
        this.truth = Truth.of(world, seed, START);
        this.seed = seed;
        this.requestsPerDay = requestsPerDay;
        this.threads = threads;
        this.policy = policy;
        this.caps = new Caps(world, requestsPerDay);
        this.judge = new Judge(truth, every, caps);
        this.outages = new OutageWatch(truth, START.toEpochMilli());
        for (int shard = 0; shard < threads; shard++) {
            shards.add(new LabShard(shard));
        }
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "lab");
            thread.setDaemon(true);
            return thread;
        });
        for (int box = 0; box < world.boxes(); box++) {
            shards.get(box % threads).boxes.add(new LabBox(world.viewing(), seed, box, START.toEpochMilli()));
        }
    }

    Truth truth() {
        return truth;
    }

    /** One day and the night after it. @param day from 1, one after the other */
    DayFigures day(int day) {
        DayFigures figures = new DayFigures(truth.aggregatorIds().size());
        List<DecisionRow> rows = new ArrayList<>();
        long begun = System.nanoTime();
        waking(day, figures, rows);
        long asleep = System.nanoTime();
        judge.day(requestsPerDay, figures);
        policy.night(day, rows);
        wakingNanos = asleep - begun;
        nightNanos = System.nanoTime() - asleep;
        return figures;
    }

    /** How long the last day took without its night. */
    long wakingNanos() {
        return wakingNanos;
    }

    /** How long the last night took. */
    long nightNanos() {
        return nightNanos;
    }

    /** The day without its night. */
    void waking(int day, DayFigures figures, List<DecisionRow> rows) {
        World world = truth.world();
        DayRequests requests =
                new DayRequests(world.traffic(), seed, day, requestsPerDay, world.boxes(), START.toEpochMilli());
        caps.newDay();
        outages.midnight();
        long midnight = START.toEpochMilli() + (day - 1) * DayRequests.DAY_MS;
        List<Integer> there = List.of();
        int from = 0;
        for (long minute = midnight; minute < midnight + DayRequests.DAY_MS; minute += MINUTE_MS) {
            List<Integer> now = there(Instant.ofEpochMilli(minute));
            if (!now.equals(there)) {
                there = now;
                policy.morning(day, there);
            }
            int to = from;
            while (to < requests.count() && requests.timeMs(to) < minute + MINUTE_MS) {
                to++;
            }
            if (to > from) {
                minute(day, requests, from, to, there);
            }
            if (outages.isNeeded()) {
                outages.minute(minute, askedToday());
            }
            policy.minute(Instant.ofEpochMilli(minute + MINUTE_MS), over(), caps.fills());
            from = to;
        }
        for (LabShard shard : shards) {
            figures.add(shard.figures);
            rows.addAll(shard.rows);
            shard.figures = new DayFigures(truth.aggregatorIds().size());
            shard.rows.clear();
        }
        rows.sort(Comparator.comparing(DecisionRow::decidedAt));
    }

    @Override
    public void close() {
        workers.shutdownNow();
        policy.close();
    }

    private void minute(int day, DayRequests requests, int from, int to, List<Integer> there) {
        if (to - from < WORTH_SHARING) {
            shards.forEach(shard -> shard.run(day, requests, from, to, there));
            return;
        }
        List<Callable<Void>> tasks = new ArrayList<>();
        for (LabShard shard : shards) {
            tasks.add(() -> {
                shard.run(day, requests, from, to, there);
                return null;
            });
        }
        try {
            for (Future<Void> task : workers.invokeAll(tasks)) {
                task.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the lab was stopped", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request could not be simulated: " + e.getCause(), e.getCause());
        }
    }

    /** What became of the world's outages so far. */
    List<OutageWatch.Found> outages() {
        return outages.found();
    }

    private long[] askedToday() {
        long[] asked = new long[truth.aggregatorIds().size()];
        for (LabShard shard : shards) {
            for (int a = 0; a < asked.length; a++) {
                asked[a] += shard.figures.asked[a];
            }
        }
        return asked;
    }

    private List<Attempts> over() {
        List<Attempts> all = new ArrayList<>();
        for (LabShard shard : shards) {
            all.addAll(shard.over);
            shard.over.clear();
        }
        all.sort(Comparator.comparingLong(attempts -> attempts.asked().number()));
        return all;
    }

    private List<Integer> there(Instant time) {
        return IntStream.range(0, truth.aggregatorIds().size())
                .filter(a -> truth.isThere(truth.aggregatorIds().get(a), time))
                .boxed()
                .toList();
    }

    /** The boxes of one thread. */
    private final class LabShard {
        private final int number;
        private final List<LabBox> boxes = new ArrayList<>();
        private final List<DecisionRow> rows = new ArrayList<>();
        private final List<Attempts> over = new ArrayList<>();
        private DayFigures figures = new DayFigures(truth.aggregatorIds().size());

        LabShard(int number) {
            this.number = number;
        }

        void run(int day, DayRequests requests, int from, int to, List<Integer> there) {
            for (int i = from; i < to; i++) {
                int box = requests.box(i);
                if (box % threads == number) {
                    long number = (long) (day - 1) * requestsPerDay + i;
                    request(number, boxes.get(box / threads), requests.timeMs(i), there);
                }
            }
        }

        private void request(long number, LabBox box, long nowMs, List<Integer> there) {
            World world = truth.world();
            Context context = box.asks(world.viewing(), nowMs);
            long tmaxMs = box.pick(world.traffic().tmaxMs());
            long floor = box.pick(world.traffic().floorsMicros());
            Instant time = Instant.ofEpochMilli(nowMs);
            AdRequest request =
                    new AdRequest("r-" + number, box.id, time, context, tmaxMs, floor, null, null, null, null);
            Asked one = new Asked(
                    number,
                    request,
                    time.plusMillis(DECIDED_AFTER_MS),
                    truth.situation(TruthContext.of(context, time, box.id, box.viewed)),
                    ChainClock.forAttempts(tmaxMs - DECIDED_AFTER_MS));
            Chosen chosen = policy.choose(one);
            Attempts attempts = new Attempts(truth, caps, one).run(chosen.order());
            count(attempts, chosen);
            judge.look(one, chosen, there, figures);
            attempts.shown(box);
            policy.over(attempts);
            if (policy.learns()) {
                over.add(attempts);
                if (chosen.decision() != null) {
                    rows.add(attempts.row(chosen.decision()));
                }
            }
        }

        private void count(Attempts attempts, Chosen chosen) {
            figures.requests++;
            figures.revenueCpmMicros += attempts.earnedCpmMicros();
            figures.attempts += attempts.count();
            figures.fills += attempts.filled() ? 1 : 0;
            if (!chosen.order().isEmpty()) {
                figures.chosen[chosen.order().get(0)]++;
            }
            attempts.tell(figures);
        }
    }
}
