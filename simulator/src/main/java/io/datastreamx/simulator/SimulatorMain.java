package io.datastreamx.simulator;

import io.datastreamx.config.EdgeSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A fleet of boxes and six aggregators, live on Kafka and HTTP, or a past of theirs written to a file. */
@Command(
        name = "simulator",
        mixinStandardHelpOptions = true,
        description =
                "Simulates boxes and aggregators. Live by default; --history FILE writes a simulated past instead.")
public final class SimulatorMain implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatorMain.class);

    private final Application application;

    @Spec
    private CommandSpec spec;

    @Option(names = "--bootstrap-servers", description = "Kafka; default: setting datastreamx.kafka.bootstrap-servers.")
    private String bootstrapServers;

    @Option(names = "--boxes", paramLabel = "N|edge|kafka", split = ",", description = BoxesOption.DESCRIPTION)
    private List<String> boxes;

    @Option(
            names = "--edge",
            paramLabel = "URL",
            description = "Where the edge is; default: settings datastreamx.edge.host and port.")
    private String edge;

    @Option(
            names = "--requests-per-second",
            defaultValue = "120",
            description = "Ad requests of the whole fleet (${DEFAULT-VALUE}).")
    private double requestsPerSecond;

    @Option(
            names = "--world",
            paramLabel = "NAME|FILE",
            defaultValue = World.DEMO,
            description = "The world: one that comes with the simulator, or a file (${DEFAULT-VALUE}).")
    private String world;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Seed of the world and of all traffic (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--currency", description = "ISO-4217; default: setting datastreamx.currency.")
    private String currency;

    @Option(
            names = "--aggregators-file",
            description = "Where to write the aggregators' terms as a JSON array once they are listening.")
    private Path aggregatorsFile;

    @Option(names = "--duration", description = "Ends by itself after this long, such as 90s or 4m; default: never.")
    private String duration;

    @Option(
            names = "--duplicates",
            defaultValue = "0.01",
            description = "Share of the boxes' records that are sent twice (${DEFAULT-VALUE}).")
    private double duplicates;

    @Option(
            names = "--malformed",
            defaultValue = "0.002",
            description = "Malformed records per good one (${DEFAULT-VALUE}).")
    private double malformed;

    @Option(
            names = "--late",
            defaultValue = "0.005",
            description = "Share of tuning events dated up to three days back (${DEFAULT-VALUE}).")
    private double late;

    @Option(names = "--history", description = "Write a simulated past to this file, in the format of dsx send.")
    private Path history;

    @Option(
            names = "--truth-file",
            description = "With --history: what each request was worth, kept apart; JSON Lines.")
    private Path truthFile;

    @Option(names = "--from", description = "With --history: begin of the past, ISO-8601; default: a day before --to.")
    private Instant from;

    @Option(names = "--to", description = "With --history: end of the past, ISO-8601; default: now.")
    private Instant to;

    @Option(names = "--count", defaultValue = "10000", description = "With --history: ad requests (${DEFAULT-VALUE}).")
    private long count;

    private SimulatorMain(Application application) {
        this.application = application;
    }

    public static void main(String[] args) {
        Application.run(
                "simulator",
                application -> ExitCode.of(new CommandLine(new SimulatorMain(application))
                        .setExecutionExceptionHandler((failure, command, parsed) -> application.failed(failure))
                        .execute(args)));
    }

    @Override
    public Integer call() throws IOException {
        Settings settings = Settings.load();
        currency = currency == null ? settings.currency() : currency;
        bootstrapServers = bootstrapServers == null ? settings.kafka().bootstrapServers() : bootstrapServers;
        try {
            if (history != null) {
                writeHistory();
            } else {
                live(settings.edge());
            }
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void writeHistory() throws IOException {
        Instant end = to == null ? Instant.ofEpochMilli(Clock.systemUTC().millis()) : to;
        Instant begin = from == null ? end.minus(Duration.ofDays(1)) : from;
        String runId = "h%d-%d".formatted(seed, begin.getEpochSecond());
        Truth past = Truth.of(World.of(world), seed, begin);
        new History(past, options(past.world(), runId), begin, end, count).write(history, truthFile);
        LOG.info("wrote {}", history);
    }

    private void live(EdgeSettings edgeSettings) throws IOException {
        Clock clock = Clock.systemUTC();
        Truth truth = Truth.of(World.of(world), seed, clock.instant());
        Duration longest = duration == null ? Duration.ofDays(36_500) : duration(duration);
        KafkaClients kafka = KafkaClients.plaintext(bootstrapServers, "simulator");
        LiveRun run = new LiveRun(
                uplinks(kafka, edgeSettings, clock), options(truth.world(), Long.toString(clock.millis(), 36)), clock);
        application.stop().whenRaised(run::stop);
        try (Aggregators aggregators = new Aggregators(truth, currency, clock).start()) {
            if (aggregatorsFile != null) {
                aggregators.writeTerms(
                        aggregatorsFile,
                        requestsPerSecond * 86_400 * truth.world().traffic().meanBusy());
            }
            int count = truth.aggregatorIds().size();
            int fleet = BoxesOption.of(boxes).count(truth.world().boxes());
            run.run(truth, longest, () -> application.ready("%d boxes, %d aggregators".formatted(fleet, count)));
        }
    }

    private Supplier<Uplink> uplinks(KafkaClients kafka, EdgeSettings settings, Clock clock) {
        if (BoxesOption.of(boxes).way() == BoxesOption.Way.KAFKA) {
            return () -> new KafkaUplink(kafka);
        }
        if (edge == null && settings.port() == 0) {
            throw new IllegalArgumentException(
                    "where the edge is must be said: --edge URL or datastreamx.edge.port; or let boxes write to Kafka themselves, --boxes kafka");
        }
        return () -> new EdgeUplink(
                edge == null ? settings.url() : edge, Path.of(settings.keysFile()), clock, new KafkaSink(kafka));
    }

    private FleetOptions options(World world, String runId) {
        return new FleetOptions(
                BoxesOption.of(boxes).count(world.boxes()),
                requestsPerSecond,
                seed,
                runId,
                currency,
                duplicates,
                malformed,
                late);
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--duration: expected a time such as 90s, 4m or 1h30m, got '" + text + "'");
        }
    }
}
