package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ledger.LedgerEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ingest alone with a broker of its own. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Ingest with a broker of its own and records of a made-up fleet: how fast it catches up with a log that is there"
                    + " (dense as 30,000 boxes make it, and thin as after a backfill), how fresh answers are at steady rates, and what the"
                    + " last of many small batches costs against an early one.",
            "Freshness is the age of a record when the ledger says that it counts."
        })
final class IngestBench implements Callable<Integer> {
    private static final Instant START = Instant.now().minus(Duration.ofDays(2));

    @Option(
            names = "--records",
            defaultValue = "2000000",
            description = "Records to catch up with. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "500,5000",
            description = "Records a second at which freshness is measured. Default: ${DEFAULT-VALUE}.")
    private List<Integer> rates;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "How long each rate is kept up. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--batches",
            defaultValue = "0",
            description = "So many small batches are made, and the last are compared with the 200th. Default: none.")
    private int batches;

    @Option(names = "--partitions", defaultValue = "2", description = "Of each topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(names = "--jvm", split = " ", description = "Further options for the JVM of ingest, such as a profiler's.")
    private List<String> jvmOptions = List.of();

    @Override
    public Integer call() throws Exception {
        ObjectNode figures = Machine.JSON.createObjectNode();
        if (records > 0) {
            figures.set("dense", catchUp(Fleet.dense(records)));
            figures.set("thin", catchUp(Duration.ofDays(1)));
        }
        for (int rate : rates) {
            if (rate > 0) {
                figures.set("at_" + rate + "_per_second", steady(rate));
            }
        }
        if (batches > 0) {
            figures.set("many_batches", manyBatches());
        }
        System.out.println(Machine.answer("ingest", figures, Machine.JSON.createObjectNode())
                .toPrettyString());
        return 0;
    }

    private ObjectNode catchUp(Duration span) throws Exception {
        try (IngestRun run = new IngestRun(partitions)) {
            run.send(new Fleet(1, records, START, span), 0);
            Path recording = start(run, Map.of());
            List<LedgerEntry> entries = run.await(records);
            long peak = Machine.peakMegabytes(run.ingest().pid());
            double cpu = Machine.cpuSeconds(run.ingest().pid());
            run.ingest().terminate();
            ObjectNode figures = Machine.JSON.createObjectNode();
            // The first half warms the JVM up.
            LedgerEntry middle = entries.get((entries.size() - 1) / 2);
            LedgerEntry last = entries.get(entries.size() - 1);
            long after = entries.stream()
                    .filter(entry -> entry.batch() > middle.batch())
                    .mapToLong(LedgerEntry::read)
                    .sum();
            long millis =
                    Duration.between(middle.completedAt(), last.completedAt()).toMillis();
            figures.put("records", records);
            figures.put("records_per_second", millis == 0 ? 0 : after * 1_000 / millis);
            long all = Duration.between(entries.get(0).completedAt(), last.completedAt())
                    .toMillis();
            figures.put(
                    "records_per_second_with_warm_up",
                    all == 0 ? 0 : (records - entries.get(0).read()) * 1_000 / all);
            figures.put("batches", entries.size());
            figures.put("peak_memory_mb", peak);
            figures.put("cpu_seconds", cpu);
            stages(run.ingest().stderr(), figures);
            figures.set("share_of_task_time", StageProfile.of(recording));
            return figures;
        }
    }

    /** @return where Java Flight Recorder leaves its recording at the end */
    private Path start(IngestRun run, Map<String, String> settings) {
        Path recording = run.home().resolve("ingest.jfr");
        List<String> options = new ArrayList<>();
        options.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
        options.addAll(jvmOptions);
        run.startIngest(settings, options);
        return recording;
    }

    /** What ingest's log says of the time in its two parts. */
    private static void stages(String log, ObjectNode figures) {
        long pass = 0;
        long commit = 0;
        var line = java.util.regex.Pattern.compile("(\\d+) ms pass, (\\d+) ms commit")
                .matcher(log);
        while (line.find()) {
            pass += Long.parseLong(line.group(1));
            commit += Long.parseLong(line.group(2));
        }
        figures.put("seconds_in_pass", pass / 1000.0).put("seconds_in_commit", commit / 1000.0);
    }

    private ObjectNode steady(int rate) throws Exception {
        try (IngestRun run = new IngestRun(partitions)) {
            start(run, Map.of());
            run.ingest().awaitLine("READY", Duration.ofMinutes(2));
            long count = (long) rate * seconds;
            Instant began = Instant.now();
            run.send(new Fleet(2, count, Instant.now(), Duration.ofSeconds(seconds)), rate);
            List<LedgerEntry> entries = run.await(count);
            // The first quarter warms the JVM up.
            Instant warm = began.plusSeconds(seconds / 4);
            ObjectNode figures = Freshness.of(entries.stream()
                    .filter(entry -> entry.minAppendTime().orElseThrow().isAfter(warm))
                    .toList());
            figures.put("peak_memory_mb", Machine.peakMegabytes(run.ingest().pid()));
            figures.put("cpu_share", Machine.cpuSeconds(run.ingest().pid()) / seconds);
            return figures;
        }
    }

    private ObjectNode manyBatches() throws Exception {
        try (IngestRun run = new IngestRun(partitions)) {
            start(run, Map.of("datastreamx.ingest.trigger-interval", "0s"));
            run.ingest().awaitLine("READY", Duration.ofMinutes(2));
            Thread sender = new Thread(
                    () -> run.send(new Fleet(3, 200L * batches, Instant.now(), Duration.ofHours(6)), 400), "sender");
            sender.setDaemon(true);
            sender.start();
            ManyBatches watch =
                    new ManyBatches(run.home(), run.lake(), run.ingest().pid());
            while (!watch.has(batches)) {
                if (!run.ingest().isAlive()) {
                    throw new IllegalStateException(
                            "ingest ended:\n" + run.ingest().stderr());
                }
                say("%,d of %,d batches", watch.batches(), batches);
                Thread.sleep(5_000);
            }
            return watch.figures(run.ingest().stderr());
        }
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
