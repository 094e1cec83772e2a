package io.datastreamx.simulator.lab;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.ml.log.AttemptRow;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.simulator.world.Draws;
import io.datastreamx.simulator.world.Truth;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Vowpal Wabbit in a Python process of its own. It chooses who is asked first, with its own odds; the others follow by
 * those odds and, where these are equal, by what each earned on average so far. It sees what our own features see, and
 * is told of an outcome ten minutes after it, or in the night.
 */
final class VwPolicy implements LabPolicy {
    private static final long KNOWN_AFTER_MS = 600_000;
    private static final double SCALE = 1e-7;
    private static final long TIME_STEP_MS = 100;
    private static final long FLOOR_STEP_MICROS = 1_000_000;

    private final String name;
    private final VwOptions options;
    private final Truth truth;
    private final long seed;
    private final Process process;
    private final BufferedWriter to;
    private final BufferedReader from;
    private final Map<Long, Drawn> drawn = new ConcurrentHashMap<>();
    private final Deque<Label> labels = new ArrayDeque<>();
    private final Map<Integer, double[]> earned = new HashMap<>();
    private volatile List<Integer> there = List.of();
    private volatile double[] means = {};

    private record Drawn(String shared, List<Integer> there, int place, double odds) {}

    private record Label(long knownMs, String line) {}

    /** @param python that has vowpalwabbit */
    VwPolicy(String name, Truth truth, String python, long seed) throws IOException {
        this.name = name;
        this.options = VwOptions.of(name);
        this.truth = truth;
        this.seed = seed;
        Path script = Files.createTempFile("vw-", ".py");
        try (InputStream text = VwPolicy.class.getResourceAsStream("/lab/vw.py")) {
            Files.write(script, text.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of(python, script.toString()));
        command.addAll(options.arguments());
        command.addAll(List.of("--random_seed", Long.toString(1 + seed)));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        to = process.outputWriter(StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
        String greeting = from.readLine();
        Files.deleteIfExists(script);
        if (!"vw".equals(greeting)) {
            close();
            throw new IOException("Vowpal Wabbit did not start: " + String.join(" ", command)
                    + "; --python names a Python that has vowpalwabbit");
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** It keeps its own account of what it decided. */
    @Override
    public boolean learns() {
        return true;
    }

    @Override
    public void morning(int day, List<Integer> now) {
        there = now;
    }

    @Override
    public Chosen choose(Asked asked) {
        List<Integer> now = there;
        String shared = shared(asked);
        double[] odds = odds(shared, now);
        double point = Draws.random(seed, "vw", asked.request().requestId()).nextDouble();
        int place = 0;
        double upTo = odds[0];
        while (place < odds.length - 1 && point >= upTo) {
            upTo += odds[++place];
        }
        drawn.put(asked.number(), new Drawn(shared, now, place, odds[place]));
        return new Chosen(order(now, odds, place), null);
    }

    private List<Integer> order(List<Integer> now, double[] odds, int first) {
        double[] mean = means;
        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < now.size(); i++) {
            if (i != first) {
                rest.add(i);
            }
        }
        rest.sort(Comparator.<Integer>comparingDouble(i -> -Math.rint(odds[i] * 1e6))
                .thenComparingDouble(i -> now.get(i) < mean.length ? -mean[now.get(i)] : 0));
        List<Integer> order = new ArrayList<>(List.of(now.get(first)));
        rest.forEach(i -> order.add(now.get(i)));
        return order;
    }

    private synchronized double[] odds(String shared, List<Integer> now) {
        try {
            to.write("P " + shared + "\t" + actions(now) + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null) {
                throw new IllegalStateException("Vowpal Wabbit has ended; what it said stands above");
            }
            return Arrays.stream(answer.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void minute(Instant end, List<Attempts> over, long[] fillsToday) {
        for (Attempts attempts : over) {
            label(attempts);
        }
        means = new double[truth.aggregatorIds().size()];
        earned.forEach((a, sums) -> means[a] = sums[0] / sums[1]);
        if (options.online()) {
            learn(end.toEpochMilli());
        }
    }

    private void label(Attempts attempts) {
        Drawn one = drawn.remove(attempts.asked().number());
        if (one == null || attempts.rows().isEmpty()) {
            return;
        }
        for (AttemptRow row : attempts.rows()) {
            double[] sums = earned.computeIfAbsent(truth.indexOf(row.aggregatorId()), a -> new double[2]);
            sums[0] += row.outcome() == ResponseOutcome.FILL ? attempts.earnedCpmMicros() : 0;
            sums[1]++;
        }
        boolean byFirst = attempts.rows().get(0).outcome() == ResponseOutcome.FILL;
        double reward = SCALE * (options.chain() || byFirst ? attempts.earnedCpmMicros() : 0);
        long knownMs = attempts.asked().decidedAt().toEpochMilli() + KNOWN_AFTER_MS;
        labels.add(new Label(
                knownMs,
                "L " + one.shared() + "\t" + actions(one.there()) + "\t" + one.place() + " " + -reward + " "
                        + one.odds() + "\n"));
    }

    @Override
    public void night(int day, List<DecisionRow> rows) {
        learn(Long.MAX_VALUE);
    }

    private synchronized void learn(long untilMs) {
        try {
            while (!labels.isEmpty() && labels.peek().knownMs() <= untilMs) {
                to.write(labels.poll().line());
            }
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Vowpal Wabbit has ended", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    private String actions(List<Integer> now) {
        StringJoiner names = new StringJoiner(" ");
        now.forEach(a -> names.add("agg=" + truth.aggregatorIds().get(a)));
        return names.toString();
    }

    private static String shared(Asked asked) {
        Context context = asked.request().context();
        return "ch=" + context.channelId()
                + " prev=" + context.previousChannelId()
                + " last=" + context.lastAdId()
                + " reg=" + context.region()
                + " dev=" + context.deviceModel()
                + " hour=" + asked.request().time().toEpochMilli() / 3_600_000 % 24
                + " left=" + asked.leftMs() / TIME_STEP_MS
                + " floor=" + asked.request().bidFloorMicros() / FLOOR_STEP_MICROS;
    }
}
