package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All processes of one home: started in order, supervised, and written down in {@code run/state.json} as they change.
 */
public final class Stack implements AutoCloseable {
    /** How long {@link #close} may take: each group of processes may use up its grace. */
    public static final Duration CLOSE_WITHIN = Duration.ofMinutes(3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** Looks, 20 ms apart, for the file that the simulator writes. */
    private static final int FILE_LOOKS = 1_500;

    private final Home home;
    private final HomeLock lock;
    private final Supervisor supervisor;
    private final Programs.Life life;
    private final Consumer<String> say;
    private StackState state;

    private Stack(Home home, HomeLock lock, StackState state, Programs.Life life, Consumer<String> say) {
        this.home = home;
        this.lock = lock;
        this.state = state;
        this.life = life;
        this.say = say;
        this.supervisor = new Supervisor(home, this::record);
    }

    /**
     * Takes the home for this process, ends what an earlier supervisor may have left, and chooses the ports. Starts
     * nothing yet.
     *
     * @throws CliException if another supervisor holds the home
     */
    public static Stack open(Home home, StackOptions options, Programs.Life life, Consumer<String> say) {
        HomeLock lock = HomeLock.take(home);
        try {
            Stack stack = new Stack(home, lock, chosen(home, options), life, say);
            Keys.loadOrCreate(home.keys());
            stack.record();
            return stack;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Writes down what the next start in this home is to be, having checked it; another process then starts it.
     *
     * @throws CliException if a stack runs there
     */
    public static StackState prepare(Home home, StackOptions options) {
        try (HomeLock held = HomeLock.take(home)) {
            StackState state = chosen(home, options);
            state.write(home);
            return state;
        }
    }

    /** Ports are chosen when what an earlier supervisor left holds none any more. */
    private static StackState chosen(Home home, StackOptions options) {
        Optional<StackState> last = StackState.read(home);
        last.ifPresent(Leftovers::end);
        StackState state = options.choose(home, last);
        new StackSettings(home, state).settings();
        return state;
    }

    /**
     * Broker, topics, a policy, then the layers at once; last the simulator, if there is one. Returns when all serve;
     * the second router follows on its own.
     *
     * @param aggregators file of those to route to; empty keeps those in force
     * @param simulator arguments of the simulator; empty for none
     */
    public void start(Optional<Path> aggregators, Optional<List<String>> simulator) throws InterruptedException {
        Programs programs = new Programs(home, state, life);
        say.accept("starting Kafka on " + state.bootstrapServers());
        supervisor.start(List.of(programs.broker()));
        supervisor.awaitReady("broker", PATIENCE);
        Topics.create(settings().kafka());
        ensurePolicy(aggregators);
        say.accept("starting ingest, serving, dispatch and routing");
        supervisor.start(List.of(
                programs.ingest(),
                programs.serving(),
                programs.dispatch(),
                programs.router(1),
                programs.secondRouter()));
        for (String name : List.of("serving", "dispatch", "routing-1", "ingest")) {
            supervisor.awaitReady(name, PATIENCE);
        }
        if (simulator.isPresent()) {
            say.accept("starting the simulated boxes and aggregators");
            startSimulator(programs.simulator(simulator.get()));
        }
    }

    /** Boxes ask from the first moment, so the policy names the aggregators as soon as they listen. */
    private void startSimulator(Program program) throws InterruptedException {
        try {
            Files.deleteIfExists(home.simulatedAggregators());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        supervisor.start(List.of(program));
        for (int i = 0; i < FILE_LOOKS && !Files.exists(home.simulatedAggregators()); i++) {
            Thread.sleep(20);
        }
        if (Files.exists(home.simulatedAggregators())) {
            publishAggregators(home.simulatedAggregators());
        }
        supervisor.awaitReady("simulator", PATIENCE);
    }

    /** Brings a policy into force that names the aggregators of this file. */
    public void publishAggregators(Path file) {
        ensurePolicy(Optional.of(file));
    }

    private void ensurePolicy(Optional<Path> aggregators) {
        Settings settings = settings();
        PolicyTopic topic = new PolicyTopic(Lake.of(settings), KafkaClients.of(settings.kafka(), "dsx"));
        Bootstrap.ensurePolicy(
                topic, aggregators.map(Bootstrap::aggregators), settings.ml().probeShare(), Instant.now());
    }

    /** Tells those who wait for this stack, as {@code dsx up} does, that all layers serve. */
    public void declareReady() {
        synchronized (this) {
            state = state.with(true, state.supervisor(), state.processes());
        }
        record();
    }

    public StackState state() {
        return state;
    }

    public Settings settings() {
        return new StackSettings(home, state).settings();
    }

    /** Stops one process, which is not started again. */
    public void stop(String process) throws InterruptedException {
        supervisor.stop(process);
    }

    /** How often any process ended by itself and was started again. */
    public int restarts() {
        return supervisor.restarts();
    }

    /** Stops everything; the ports stay written down for the next start. */
    @Override
    public void close() {
        supervisor.close();
        synchronized (this) {
            state = state.with(false, null, Map.of());
            state.write(home);
        }
        lock.close();
    }

    private synchronized void record() {
        if (Files.isDirectory(home.dir())) {
            state = state.with(
                    state.ready(), StackState.Worker.of(ProcessHandle.current(), 0, true), supervisor.workers());
            state.write(home);
        }
    }
}
