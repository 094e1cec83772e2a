package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyReport;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All processes of one home: started in order, supervised, and written down in {@code run/state.json} as they change.
 */
public final class Stack implements AutoCloseable {
    /** How long {@link #close} may take: each group of processes may use up its grace. */
    public static final Duration CLOSE_WITHIN = Duration.ofMinutes(3);

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** How many notices are kept, the latest. */
    private static final int NOTICES = 20;
    /** Between two tries to write down the state on a disk that takes nothing. */
    private static final long AGAIN_S = 1;
    /** Looks, 20 ms apart, for the file that the simulator writes. */
    private static final int FILE_LOOKS = 1_500;

    private final Home home;
    private final HomeLock lock;
    private final Supervisor supervisor;
    private final Programs.Life life;
    private final Consumer<String> say;
    private final ScheduledExecutorService again = Background.named("state-again");
    private final List<StackNotice> notices = new ArrayList<>();
    private StackState state;
    private boolean unwritten;

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
            StateFile.writeStart(home, stack.current());
            stack.again.scheduleWithFixedDelay(stack::mendState, AGAIN_S, AGAIN_S, TimeUnit.SECONDS);
            return stack;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Writes down what the next start in this home is to be, having checked it; another process then starts it.
     *
     * @param aggregators file of those to route to; empty keeps those in force
     * @throws CliException if a stack runs there, or an aggregator is refused
     */
    public static StackState prepare(Home home, StackOptions options, Optional<Path> aggregators) {
        try (HomeLock held = HomeLock.take(home)) {
            StackState state = chosen(home, options);
            String currency = new StackSettings(home, state).settings().currency();
            aggregators.ifPresent(file -> Bootstrap.aggregators(file, currency));
            StateFile.writeStart(home, state);
            return state;
        }
    }

    /** Ports are chosen when what an earlier supervisor left holds none any more. */
    private static StackState chosen(Home home, StackOptions options) {
        Optional<StackState> last = StackState.read(home);
        last.ifPresent(Leftovers::end);
        PolicyReport.forgetEnded(home.dir());
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
        startKafka(programs);
        ensurePolicy(aggregators).ifPresent(this::notice);
        say.accept("starting ingest, serving, dispatch, edge and routing");
        List<Program> dispatchers = programs.dispatchers();
        List<Program> layers = new ArrayList<>(List.of(programs.ingest(), programs.serving()));
        layers.addAll(dispatchers);
        layers.addAll(List.of(programs.edge(), programs.router(1), programs.secondRouter()));
        supervisor.start(layers);
        List<String> awaited = new ArrayList<>(List.of("serving", "edge", "routing-1", "ingest"));
        dispatchers.forEach(program -> awaited.add(program.name()));
        for (String name : awaited) {
            supervisor.awaitReady(name, PATIENCE);
        }
        if (simulator.isPresent()) {
            say.accept("starting the simulated boxes and aggregators");
            startSimulator(programs.simulator(simulator.get()));
        }
    }

    /** Starts nothing but the broker, and puts the lake's policy into a topic that has none. @return what was done */
    Optional<String> restorePolicy() throws InterruptedException {
        startKafka(new Programs(home, state, life));
        return ensurePolicy(Optional.empty());
    }

    private void startKafka(Programs programs) throws InterruptedException {
        say.accept("starting Kafka on " + state.bootstrapServers());
        supervisor.start(List.of(programs.broker()));
        supervisor.awaitReady("broker", PATIENCE);
        Topics.create(settings().kafka());
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
        ensurePolicy(Optional.of(file)).ifPresent(this::notice);
    }

    private Optional<String> ensurePolicy(Optional<Path> aggregators) {
        Settings settings = settings();
        PolicyTopic topic = new PolicyTopic(Lake.of(settings), KafkaClients.of(settings.kafka(), "dsx"));
        return Bootstrap.ensurePolicy(
                topic,
                aggregators.map(file -> Bootstrap.aggregators(file, settings.currency())),
                settings.ml().probeShare(),
                Instant.now());
    }

    /** Tells those who wait for this stack, as {@code dsx up} does, that all layers serve. */
    public void declareReady() {
        synchronized (this) {
            state = state.with(true, state.supervisor(), state.processes(), state.notices());
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
        try (lock) {
            supervisor.close();
            again.shutdownNow();
            synchronized (this) {
                state = state.down();
                state.write(home);
            }
        }
    }

    /** For the operator, who may look only hours later. */
    private void notice(String text) {
        say.accept(text);
        synchronized (this) {
            notices.add(new StackNotice(Instant.now(), "dsx", text));
        }
        record();
    }

    private synchronized StackState current() {
        state = state.with(
                state.ready(),
                StackState.Worker.of(ProcessHandle.current(), true),
                supervisor.workers(),
                Stream.concat(notices.stream(), supervisor.notices().stream())
                        .sorted(Comparator.comparing(StackNotice::at))
                        .skip(Math.max(0, notices.size() + supervisor.notices().size() - NOTICES))
                        .toList());
        return state;
    }

    /** Called by those who watch the processes, who must not fail for want of a disk: it is tried again. */
    private synchronized void record() {
        if (!Files.isDirectory(home.dir())) {
            return;
        }
        try {
            current().write(home);
            if (unwritten) {
                say.accept(home.state() + " is written again");
            }
            unwritten = false;
        } catch (UncheckedIOException e) {
            if (!unwritten) {
                say.accept(e.getMessage() + " (" + e.getCause() + "); it is tried again every " + AGAIN_S + " s");
            }
            unwritten = true;
        }
    }

    /** What a disk has not taken, or a hand has damaged, is written again: nobody could stop the stack without it. */
    private synchronized void mendState() {
        if (unwritten || StateFile.isDamaged(home)) {
            record();
        }
    }
}
