package io.datastreamx.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeFiles;
import io.datastreamx.lake.SparkCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Mends what a crash, a full disk or a hand has damaged in a home of which nothing runs. Nothing is deleted: what is
 * damaged gets another name. What comes in its place is derived from what is whole, the lake above all.
 */
public final class Recovery {
    /**
     * Something that was not as a stack leaves it.
     *
     * @param what the file or folder
     * @param problem what is wrong with it
     * @param done what was done about it
     */
    public record Finding(String what, String problem, String done) {}

    private static final String ASIDE = ".damaged-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern BROKER_READY = Pattern.compile("READY 127\\.0\\.0\\.1:([0-9]+)");
    private static final Pattern SERVING_READY = Pattern.compile("READY http://[^ ]*:([0-9]+)");

    private final Home home;
    private final String stamp;
    private final Consumer<String> say;
    private final List<Finding> findings = new ArrayList<>();

    /** @param now part of the names of what is set aside */
    public Recovery(Home home, Instant now, Consumer<String> say) {
        this.home = home;
        this.stamp = STAMP.format(now);
        this.say = say;
    }

    /**
     * Looks at everything and mends it; doing it again finds nothing more.
     *
     * @throws CliException where a stack runs in the home, or there is no home
     */
    public List<Finding> run() throws InterruptedException {
        if (!Files.isDirectory(home.dir())) {
            throw new CliException("there is no home " + home.dir() + "; name another with --home");
        }
        boolean policyLost;
        try (HomeLock held = HomeLock.take(home)) {
            StackState state = state();
            Leftovers.end(state);
            Settings settings = new StackSettings(home, state).settings();
            Lake lake = Lake.of(settings);
            ingest(lake, settings.ingest().checkpoint());
            routers(lake.files());
            replacedLog(lake);
            policyLost = policyIsLost(lake);
        }
        if (policyLost) {
            policy();
        }
        return List.copyOf(findings);
    }

    private StackState state() {
        try {
            return StateFile.read(home).orElseGet(() -> StackState.down(0, 0, 0, 0, Map.of(), null));
        } catch (DamagedStateException e) {
            requireNothingRuns();
            Path aside = setAside(home.state());
            String done = "it is " + aside.getFileName() + " now";
            Optional<StackState> last = StateFile.readLastStart(home);
            if (last.isPresent()) {
                last.get().write(home);
                findings.add(new Finding(
                        home.state().toString(),
                        e.reason(),
                        done + ", and was written anew with ports and settings of the last start"));
                return last.get();
            }
            StackState guessed = StackState.down(
                    lastIn(home.log("broker"), BROKER_READY),
                    0,
                    lastIn(home.log("serving"), SERVING_READY),
                    lastIn(home.log("edge"), SERVING_READY),
                    Map.of(),
                    null);
            if (guessed.kafkaPort() != 0) {
                guessed.write(home);
            }
            findings.add(new Finding(
                    home.state().toString(),
                    e.reason(),
                    done + "; "
                            + (guessed.kafkaPort() == 0
                                    ? "the next start chooses ports"
                                    : "the ports are those of the logs")
                            + "; give --set and --config again with the next dsx up"));
            return guessed;
        }
    }

    /** What the damaged file named cannot be known, so it is looked for. */
    private void requireNothingRuns() {
        String mark = "-Ddatastreamx.home=" + home.dir() + "\0";
        List<Long> running = ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).contains(mark))
                .map(ProcessHandle::pid)
                .toList();
        if (!running.isEmpty()) {
            throw new CliException("processes of a killed supervisor still run in " + home.dir()
                    + ", and its state names them no more: end them (kill "
                    + String.join(" ", running.stream().map(String::valueOf).toList()) + "), then run this again");
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** The number in the last line of a log that says where something was reached; 0 without one. */
    private static int lastIn(Path log, Pattern ready) {
        try {
            Matcher matcher = ready.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
            int port = 0;
            while (matcher.find()) {
                port = Integer.parseInt(matcher.group(1));
            }
            return port;
        } catch (IOException e) {
            return 0;
        }
    }

    /** What the ledger does not hold of a checkpoint is not needed: ingest begins another where the ledger ends. */
    private void ingest(Lake lake, String checkpoint) {
        List<SparkCheckpoint.Damage> damage = new ArrayList<>();
        String identity = checkpoint + "/identity.json";
        jsonDamage(lake.files(), identity).ifPresent(damage::add);
        if (!lake.files().exists(identity) && lake.files().exists(checkpoint + "/offsets")) {
            damage.add(new SparkCheckpoint.Damage(identity, "it is missing"));
        }
        damage.addAll(new SparkCheckpoint(lake.files(), checkpoint).damage());
        String then = "ingest goes on where the ledger ends";
        Optional<SparkCheckpoint.Damage> log = jsonDamage(lake.files(), lake.ingestedLogUri());
        if (log.isPresent()) {
            lake.files().renameFolder(lake.ingestedLogUri(), lake.ingestedLogUri() + ASIDE + stamp);
            findings.add(new Finding(log.get().file(), log.get().reason(), "set aside; " + then));
        }
        if (!damage.isEmpty() || log.isPresent() && lake.files().exists(checkpoint)) {
            setAside(lake.files(), checkpoint, damage, then);
        }
    }

    /** Requests that no router has answered for so long are of no worth, so it begins with those to come. */
    private void routers(LakeFiles files) {
        for (String router : files.list(Home.uri(home.checkpoint("")))) {
            if (!router.startsWith("routing")) {
                continue;
            }
            for (String mode : files.list(routing(router))) {
                String checkpoint = routing(router) + "/" + mode;
                List<SparkCheckpoint.Damage> damage = new SparkCheckpoint(files, checkpoint).damage();
                if (!damage.isEmpty() && !mode.contains(ASIDE)) {
                    setAside(files, checkpoint, damage, "the router begins with the requests to come");
                }
            }
        }
    }

    private String routing(String router) {
        return Home.uri(home.checkpoint(router));
    }

    private void setAside(LakeFiles files, String checkpoint, List<SparkCheckpoint.Damage> damage, String then) {
        String aside = checkpoint + ASIDE + stamp;
        files.renameFolder(checkpoint, aside);
        String done = "the checkpoint is " + aside + " now; " + then;
        damage.forEach(file -> findings.add(new Finding(file.file(), file.reason(), done)));
    }

    private static Optional<SparkCheckpoint.Damage> jsonDamage(LakeFiles files, String uri) {
        if (!files.exists(uri)) {
            return Optional.empty();
        }
        try {
            JsonNode json = ContractJson.MAPPER.readTree(files.read(uri));
            return json.isObject()
                    ? Optional.empty()
                    : Optional.of(new SparkCheckpoint.Damage(uri, "it holds no JSON object"));
        } catch (IOException | UncheckedIOException e) {
            String reason = e.getMessage().lines().findFirst().orElse("");
            return Optional.of(new SparkCheckpoint.Damage(uri, "it cannot be read: " + reason));
        }
    }

    /** Nothing needs to be done about it, but it explains what ingest will say. */
    private void replacedLog(Lake lake) {
        Path folder = home.kafka();
        if (!lake.files().exists(lake.ingestedLogUri())) {
            return;
        }
        String then =
                "nothing to do: the next start makes what is missing, and ingest reads it from its beginning, after what the ledger holds";
        Optional<String> cluster = property(folder.resolve("meta.properties"), "cluster.id");
        JsonNode known = json(lake, lake.ingestedLogUri());
        if (!cluster.equals(Optional.of(known.path("cluster").asText()))) {
            findings.add(new Finding(
                    folder.toString(),
                    cluster.isEmpty()
                            ? "the broker's log is gone"
                            : "the broker's log is not the one that was read so far",
                    then));
            return;
        }
        for (Map.Entry<String, JsonNode> topic : known.path("topics").properties()) {
            Path partition = folder.resolve(topic.getKey() + "-0");
            Optional<String> id = property(partition.resolve("partition.metadata"), "topic_id");
            if (!id.equals(Optional.of(topic.getValue().asText()))) {
                findings.add(new Finding(
                        partition.toString(),
                        "topic " + topic.getKey()
                                + (id.isEmpty()
                                        ? " is gone"
                                        : " is not the one that was read so far, but another of its name"),
                        then));
            }
        }
    }

    private static JsonNode json(Lake lake, String uri) {
        try {
            return ContractJson.MAPPER.readTree(lake.files().read(uri));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + uri, e);
        }
    }

    /** Kafka writes its own small files as properties. */
    private static Optional<String> property(Path file, String name) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return Optional.ofNullable(properties.getProperty(name));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the lake has had a policy and the topic has no record at all. */
    private boolean policyIsLost(Lake lake) {
        boolean had = lake.files().list(lake.controlFolder()).stream().anyMatch(name -> name.startsWith("policy:"));
        Path topic = home.kafka().resolve(Topic.POLICY + "-0");
        if (!had || !Files.isDirectory(topic)) {
            return had;
        }
        try (Stream<Path> inside = Files.list(topic)) {
            return inside.filter(file -> file.toString().endsWith(".log"))
                            .mapToLong(file -> file.toFile().length())
                            .sum()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + topic, e);
        }
    }

    private void policy() throws InterruptedException {
        try (Stack stack = Stack.open(home, new StackOptions(), Programs.Life.SHORT, say)) {
            stack.restorePolicy()
                    .ifPresent(told -> findings.add(new Finding(
                            home.kafka().resolve(Topic.POLICY + "-0").toString(),
                            "the policy topic has no record",
                            told)));
        }
    }

    private Path setAside(Path file) {
        Path aside = file.resolveSibling(file.getFileName() + ASIDE + stamp);
        try {
            return Files.move(file, aside);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rename " + file, e);
        }
    }
}
