package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A day of many boxes, squeezed into one run of the whole system. */
@Command(
        name = "day",
        mixinStandardHelpOptions = true,
        description = {
            "The day of 300,000 boxes, squeezed into an hour: a whole stack as dsx up starts it, a quiet morning, a prime time, a night"
                    + " while traffic flows, requests that are routed and asked of aggregators over HTTP, and all merged answers against an"
                    + " independent recount again and again.",
            "Prints lag, freshness, latency of decisions, processor time and memory by process, disk. Fails where an answer"
                    + " differed, a process died or the night failed."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx bench day --out docs/bench",
            "  ./dsx bench day --minutes 3",
            "  ./dsx bench day --minutes 10 --mean 1000 --prime 4000 --requests-prime 300 --home /var/tmp/day"
        })
final class DayBench implements Callable<Integer> {
    private static final Duration SAY = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration SETTLE = Duration.ofMinutes(2);
    /** Steps of the chart. */
    private static final int STEPS = 180;

    @Option(names = "--minutes", defaultValue = "60", description = "How long the day is. Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(
            names = "--mean",
            defaultValue = "3000",
            description = "Records a second over the day, in all topics together. Default: ${DEFAULT-VALUE}.")
    private double mean;

    @Option(
            names = "--prime",
            defaultValue = "12000",
            description = "Records a second in prime time, 8 %% of the day. Default: ${DEFAULT-VALUE}.")
    private double prime;

    @Option(
            names = "--requests-prime",
            defaultValue = "1000",
            description =
                    "Ad requests a second in prime time; at other times the same share of the records. Default: ${DEFAULT-VALUE}.")
    private double requestsPrime;

    @Option(names = "--boxes", defaultValue = "300000", description = "Default: ${DEFAULT-VALUE}.")
    private int boxes;

    @Option(
            names = "--aggregators",
            defaultValue = "3",
            description = "That are asked over HTTP, on the same cores. Default: ${DEFAULT-VALUE}.")
    private int aggregators;

    @Option(
            names = "--night-at",
            defaultValue = "0.5",
            description = "When the night begins, as a share of the day; above 1 for none. Default: ${DEFAULT-VALUE}.")
    private double nightAt;

    @Option(
            names = "--warm-up",
            defaultValue = "120",
            description = "Seconds of the morning's traffic before the day, which no figure but the recount counts:"
                    + " JVMs that have just started compile. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--sample-every",
            defaultValue = "60",
            description = "Seconds from one comparison with the recount to the next. Default: ${DEFAULT-VALUE}.")
    private int sampleEvery;

    @Option(names = "--home", description = "A new folder for the stack, which is kept. Default: a temporary one.")
    private Path home;

    @Option(names = "--out", description = "Folder for day.json and a chart, day.svg. Default: none.")
    private Path out;

    @Spec
    private CommandSpec spec;

    private final ProcessWatch processes = new ProcessWatch();
    private DayCurve curve;
    private long began;

    @Override
    public Integer call() throws Exception {
        try {
            curve = new DayCurve(minutes * 60, mean, prime, requestsPrime);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        boolean kept = home != null;
        Path folder = kept ? home.toAbsolutePath().normalize() : Files.createTempDirectory("dsx-day");
        Files.createDirectories(folder.resolve("logs"));
        try {
            return day(folder);
        } catch (InterruptedException e) {
            say("stopped; every process has ended");
            return ExitCode.FAILED.code();
        } finally {
            if (!kept) {
                remove(folder);
            }
        }
    }

    private int day(Path folder) throws Exception {
        Path terms = folder.resolve("aggregators.json");
        say("starting a stack in %s", folder);
        try (Helper load = new Helper(
                        "load",
                        DayLoad.class,
                        0,
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        folder.resolve("logs/load.log"),
                        List.of(Integer.toString(boxes), Integer.toString(aggregators), terms.toString()));
                DayStack stack = new DayStack(folder)) {
            load.awaitReady();
            stack.up(terms);
            try (Helper judge = judge(stack, folder);
                    LagWatch lag = new LagWatch(stack.kafka(), stack.http()).start()) {
                judge.awaitReady();
                return observe(folder, stack, load, judge, lag);
            }
        }
    }

    /** What it does must not slow down what it judges; its heap holds some 300 bytes a record. */
    private Helper judge(DayStack stack, Path folder) throws IOException {
        long megabytes = 1_024 + (long) (mean * minutes * 60 * 450 / 1e6);
        return new Helper(
                "recount",
                DayJudge.class,
                5,
                List.of("-Xmx" + megabytes + "m", "-Xmn384m", "-XX:+UseSerialGC"),
                folder.resolve("logs/recount.log"),
                List.of(stack.kafka(), stack.http()));
    }

    private int observe(Path folder, DayStack stack, Helper load, Helper judge, LagWatch lag) throws Exception {
        Map<String, Long> pids = stack.processes();
        pids.put("load", load.pid());
        pids.put("recount", judge.pid());
        pids.put("bench", ProcessHandle.current().pid());
        load.tell("%s %d %s %s %s %s".formatted(stack.kafka(), warmUp, curve.seconds(), mean, prime, requestsPrime));
        say("%d s to warm up", warmUp);
        Thread.sleep(warmUp * 1_000L);
        began = System.currentTimeMillis();
        processes.look(pids);
        double busyBefore = Machine.busySeconds();
        say("%.4g minutes begin, prime time after %s", minutes, clock(curve.primeFromSeconds()));
        DayNight night = null;
        try (DaySamples samples =
                new DaySamples(judge, Duration.ofSeconds(sampleEvery), text -> say("%s", text)).start()) {
            double said = 0;
            for (double now = 0; now < curve.seconds(); now = seconds()) {
                Thread.sleep(LOOK.toMillis());
                processes.look(pids);
                lag.check();
                if (!load.isAlive() && seconds() < curve.seconds() - 1) {
                    throw new IllegalStateException("the traffic ended; see load.log");
                }
                if (night == null && now >= nightAt * curve.seconds()) {
                    say("the night begins");
                    night = new DayNight(stack, folder, processes).start();
                }
                if (now - said >= SAY.toSeconds()) {
                    said = now;
                    say("%s", line(lag, samples, night));
                }
            }
            JsonNode sent = load.answer();
            long end = System.currentTimeMillis();
            double seconds = seconds();
            double busy = Machine.busySeconds() - busyBefore;
            ObjectNode shares = processes.figures(seconds);
            say("no more traffic; waiting for the last records and the night");
            if (night != null) {
                night.await();
                shares = withNight(shares, seconds);
            }
            settle(lag);
            samples.finish();
            samples.sample();
            stack.look();
            ObjectNode figures = figures(folder, judge, lag, night, end);
            figures.set("recount", samples.figures());
            figures.set("sent_by_boxes", sent);
            figures.set("processes", shares);
            figures.set("system", system(shares));
            figures.put("machine_cores_busy", Math.round(100 * busy / seconds) / 100.0);
            figures.set("disk_mb", disk(folder));
            figures.put("restarts", stack.restarts());
            publish(figures, night);
            boolean ok = samples.allEqual() && stack.restarts() == 0;
            return (ok ? ExitCode.OK : ExitCode.FAILED).code();
        } finally {
            if (night != null) {
                night.close();
            }
        }
    }

    /** The night may end after the traffic; its share is over its own time. */
    private ObjectNode withNight(ObjectNode shares, double seconds) {
        shares.set("night", processes.figures(seconds).get("night"));
        return shares;
    }

    /** All processes but those that only this benchmark has, together. */
    private static ObjectNode system(ObjectNode shares) {
        double cores = 0;
        long megabytes = 0;
        for (Map.Entry<String, JsonNode> each : shares.properties()) {
            if (!List.of("load", "recount", "bench").contains(each.getKey())) {
                cores += each.getValue().get("cores").asDouble();
                megabytes += each.getValue().get("peak_memory_mb").asLong();
            }
        }
        return Machine.JSON
                .createObjectNode()
                .put("cores", Math.round(cores * 100) / 100.0)
                .put("sum_of_peak_memory_mb", megabytes);
    }

    private String line(LagWatch lag, DaySamples samples, DayNight night) {
        long now = System.currentTimeMillis();
        JsonNode recent = lag.figures(now - SAY.toMillis(), now);
        LagWatch.Look last = lag.last();
        JsonNode decisions = samples.decisions();
        return String.format(
                Locale.ROOT,
                "%s of %s | %,d records/s of %,.0f, %,d requests/s | %,d behind, %.1f s | decisions p99 %d ms, %d expired | %s%s",
                clock(seconds()),
                clock(curve.seconds()),
                recent.path("records_per_second").asLong(),
                curve.recordsPerSecond(seconds() - SAY.toSeconds() / 2.0),
                recent.path("requests_per_second").asLong(),
                last.lagRecords(),
                last.lagMs() / 1e3,
                decisions.path("p99_ms").asLong(),
                decisions.path("expired").asLong(),
                samples,
                night != null && night.toMs() == 0 ? " | night" : "");
    }

    private static void settle(LagWatch lag) throws InterruptedException {
        long giveUp = System.nanoTime() + SETTLE.toNanos();
        long from = System.currentTimeMillis();
        while (lag.last().atMs() < from || lag.last().lagRecords() > 0) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException("serving does not answer for the last %,d records after %s"
                        .formatted(lag.last().lagRecords(), SETTLE));
            }
            lag.check();
            Thread.sleep(200);
        }
    }

    private ObjectNode figures(Path folder, Helper judge, LagWatch lag, DayNight night, long end) throws IOException {
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("minutes", minutes)
                .put("warm_up_seconds", warmUp)
                .put("boxes", boxes)
                .put("aggregators", aggregators);
        figures.put("records", lag.last().end()).put("requests", lag.last().requests());
        figures.set("day", span(judge, lag, began, end));
        figures.set("prime_time", span(judge, lag, at(curve.primeFromSeconds()), at(curve.primeToSeconds())));
        if (night != null) {
            figures.set("while_night", span(judge, lag, night.fromMs(), night.toMs()));
            ObjectNode told = night.figures();
            new Lake("file://" + folder + "/lake")
                    .versions()
                    .read()
                    .inForce()
                    .ifPresent(version -> told.put("events", version.events()));
            figures.set("night", told);
        }
        ArrayNode course = figures.putArray("course");
        long step = (long) (curve.seconds() * 1_000 / STEPS);
        for (long from = began; from + step <= end; from += step) {
            JsonNode all = span(judge, lag, from, from + step);
            course.addObject()
                    .put("minute", Math.round((from - began) / 60e1) / 100.0)
                    .put("records_per_second", all.path("records_per_second").asLong())
                    .put("requests_per_second", all.path("requests_per_second").asLong())
                    .put("lag_ms", all.at("/lag_ms/max").asLong())
                    .put("decision_p99_ms", all.at("/decisions/p99_ms").asLong())
                    .put("expired", all.at("/decisions/expired").asLong());
        }
        return figures;
    }

    private static ObjectNode span(Helper judge, LagWatch lag, long fromMs, long toMs) throws IOException {
        ObjectNode figures = lag.figures(fromMs, toMs);
        figures.set("decisions", judge.ask("decisions " + fromMs + " " + toMs));
        return figures;
    }

    private void publish(ObjectNode figures, DayNight night) throws IOException {
        ObjectNode answer = Machine.answer("day", figures, Machine.JSON.createObjectNode());
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("day.json"), answer.toPrettyString() + "\n");
            Files.writeString(out.resolve("day.svg"), chart(figures.get("course"), night));
        }
        System.out.println(answer.toPrettyString());
    }

    private String chart(JsonNode course, DayNight night) {
        LineChart.Span primeTime =
                new LineChart.Span("prime time", curve.primeFromSeconds() / 60, curve.primeToSeconds() / 60);
        LineChart chart = new LineChart(
                "A day of %,d boxes in %.4g minutes".formatted(boxes, minutes),
                minutes,
                night == null
                        ? List.of(primeTime)
                        : List.of(
                                primeTime,
                                new LineChart.Span(
                                        "night",
                                        (night.fromMs() - began) / 60e3,
                                        Math.min(minutes, (night.toMs() - began) / 60e3))));
        chart.panel(
                "a second",
                "%,.0f",
                List.of(
                        line("records", course, "records_per_second"),
                        line("ad requests", course, "requests_per_second")));
        chart.panel(
                "age of the oldest record that answers lack, seconds, worst",
                "%.1f",
                List.of(new LineChart.Line(
                        "lag", seconds(line("", course, "lag_ms").values()))));
        chart.panel("decisions, p99, ms", "%,.0f", List.of(line("p99", course, "decision_p99_ms")));
        return chart.toSvg();
    }

    private static LineChart.Line line(String label, JsonNode course, String field) {
        double[] values = new double[course.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = course.get(i).get(field).asDouble();
        }
        return new LineChart.Line(label, values);
    }

    private static double[] seconds(double[] millis) {
        return java.util.Arrays.stream(millis).map(ms -> ms / 1e3).toArray();
    }

    private static ObjectNode disk(Path folder) throws IOException {
        ObjectNode sizes = Machine.JSON.createObjectNode();
        sizes.put("all", megabytes(folder));
        for (String part : List.of("lake", "kafka", "serving", "checkpoints", "logs")) {
            sizes.put(part, megabytes(folder.resolve(part)));
        }
        return sizes;
    }

    private static long megabytes(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        }
        return bytes >> 20;
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            say("cannot remove %s: %s", folder, e.getMessage());
        }
    }

    private double seconds() {
        return (System.currentTimeMillis() - began) / 1e3;
    }

    private long at(double seconds) {
        return began + (long) (seconds * 1_000);
    }

    private static String clock(double seconds) {
        return "%02d:%02d".formatted((long) seconds / 60, (long) seconds % 60);
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
