package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Ledger;
import io.datastreamx.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reports over a long history while records flow in, beside DuckDB and Spark SQL. */
@Command(
        name = "reports",
        mixinStandardHelpOptions = true,
        description = {
            "Reports over 30 days of 30,000 boxes while records flow through ingest: serving is asked at a steady rate over HTTP, whether"
                    + " it answers or not; then serving, DuckDB alone and Spark SQL over the Delta tables answer the same questions in turns,"
                    + " one at a time.",
            "Fails where their answers differ, or one of serving's is an error."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx bench reports --out docs/bench",
            "  ./dsx bench reports --days 3 --requests 10000 --records 500 --seconds 20 --rounds 1"
        })
final class ReportsBench implements Callable<Integer> {
    private static final int PARTITIONS = 2;
    private static final long FIRST_RECORDS = 200;
    private static final int SHOWN_DIFFERENCES = 10;

    @Option(names = "--days", defaultValue = "30", description = "Of history. Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(
            names = "--requests",
            defaultValue = "100000",
            description = "Ad requests a day in the event-level table. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--rate",
            defaultValue = "50",
            description = "Reports a second that serving is asked for. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--records",
            defaultValue = "5000",
            description = "Records a second that flow through ingest. Default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "Of reports at this rate. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "60",
            description = "Seconds of the same before, which do not count. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often all answer one at a time. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--out", description = "Folder for reports.json and a chart, reports.svg. Default: none.")
    private Path out;

    private final ObjectNode figures = Machine.JSON.createObjectNode();
    private final ObjectNode peers = Machine.JSON.createObjectNode();

    @Override
    public Integer call() throws Exception {
        ReportHistory history = new ReportHistory(Instant.now().truncatedTo(ChronoUnit.MINUTES), days, requests);
        List<ReportQuestion> questions = ReportQuestion.of(history);
        figures.put("days", days).put("requests_a_day", requests).put("reports_per_second", rate);
        try (IngestRun run = new IngestRun(PARTITIONS)) {
            run.startIngest(Map.of(), List.of());
            run.send(new NewRecords(1, FIRST_RECORDS, Instant.now()).fleet(), 0);
            long cut = run.await(FIRST_RECORDS).stream()
                    .mapToLong(LedgerEntry::batch)
                    .max()
                    .orElseThrow();
            say("writing a history of %d days", days);
            history.write(run.lake(), cut);
            say("serving loads it");
            long began = System.nanoTime();
            try (ServingReports serving = new ServingReports(run.settings());
                    Stream stream = new Stream(run, records)) {
                figures.put("load_seconds", Math.round((System.nanoTime() - began) / 1e9));
                if (!ask(run, serving, questions)) {
                    return ExitCode.FAILED.code();
                }
                return race(run, serving, questions, history).code();
            }
        }
    }

    /** @return whether all was answered */
    private boolean ask(IngestRun run, ServingReports serving, List<ReportQuestion> questions) {
        say("%d reports/s to warm up, %d s", rate, warmUp);
        new OpenLoop(serving, questions).run(rate, warmUp);
        say("%d reports/s, %d s", rate, seconds);
        ProcessWatch watch = new ProcessWatch();
        Map<String, Long> pids =
                Map.of("serving", serving.pid(), "ingest", run.ingest().pid());
        watch.look(pids);
        Instant from = Instant.now();
        OpenLoop loop = new OpenLoop(serving, questions);
        loop.run(rate, seconds);
        Instant to = Instant.now();
        watch.look(pids);
        ObjectNode answered = loop.figures();
        say("%s", answered);
        figures.set("open_loop", answered);
        figures.set("processes", watch.figures(Duration.between(from, to).toMillis() / 1e3));
        List<LedgerEntry> counted = new Ledger(run.lake())
                .entries().stream()
                        .filter(entry -> entry.read() > 0
                                && entry.completedAt().isAfter(from)
                                && entry.completedAt().isBefore(to))
                        .toList();
        ObjectNode ingest = Freshness.of(counted);
        long read = counted.stream().mapToLong(LedgerEntry::read).sum();
        ingest.put(
                "records_per_second",
                Math.round(read / (Duration.between(from, to).toMillis() / 1e3)));
        figures.set("ingest", ingest);
        return loop.errors() == 0;
    }

    private ExitCode race(IngestRun run, ServingReports serving, List<ReportQuestion> questions, ReportHistory history)
            throws Exception {
        String rollups = run.lake().uri(Table.BATCH_ROLLUPS);
        String opportunities = run.lake().uri(Table.AD_OPPORTUNITIES);
        say("DuckDB loads the same rows, and Spark starts");
        long began = System.nanoTime();
        try (DuckDbReports duckDb = new DuckDbReports(rollups, opportunities, run.home())) {
            double loaded = (System.nanoTime() - began) / 1e9;
            try (SparkReports spark = new SparkReports(rollups, opportunities, run.home())) {
                List<Reporter> reporters = List.of(serving, duckDb, spark);
                ReportRace race = new ReportRace(reporters, questions, history.end());
                for (int round = 0; round < rounds; round++) {
                    List<String> wrong = race.round(round);
                    if (!wrong.isEmpty()) {
                        wrong.stream().limit(SHOWN_DIFFERENCES).forEach(difference -> say("%s", difference));
                        return ExitCode.FAILED;
                    }
                    say("round %d of %d, answers are equal", round + 1, rounds);
                }
                figures.put("rounds", rounds).put("answers_equal", true);
                figures.set("one_at_a_time", race.figures(serving));
                peers.putObject(duckDb.id())
                        .put("load_seconds", Math.round(loaded))
                        .set("one_at_a_time", race.figures(duckDb));
                peers.putObject(spark.id())
                        .put("peak_memory_mb", Machine.peakMegabytes(spark.pid()))
                        .set("one_at_a_time", race.figures(spark));
                publish(race);
                return ExitCode.OK;
            }
        }
    }

    private void publish(ReportRace race) throws Exception {
        ObjectNode answer = Machine.answer("reports", figures, peers);
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("reports.json"), answer.toPrettyString() + "\n");
            Files.writeString(
                    out.resolve("reports.svg"),
                    race.chart("Reports over %d days, %,d records/s flowing in".formatted(days, records)));
        }
        System.out.println(answer.toPrettyString());
    }

    /** Records of now at a steady rate, until it is closed. */
    private static final class Stream implements AutoCloseable {
        private static final int LONGEST_S = 24 * 3_600;

        private final Thread thread;
        private volatile boolean closed;

        Stream(IngestRun run, int rate) {
            Fleet fleet = new Fleet(2, (long) rate * LONGEST_S, Instant.now(), Duration.ofSeconds(LONGEST_S));
            Iterator<Fleet.Message> messages = new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return !closed && fleet.hasNext();
                }

                @Override
                public Fleet.Message next() {
                    return fleet.next();
                }
            };
            thread = new Thread(() -> run.send(messages, rate), "stream");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            closed = true;
            thread.join();
        }
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
