package io.datastreamx.cli.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The processes of a stack: main class, heap and JVM options of each. Sized to fit 10 GB and two cores together. */
public final class Programs {
    /**
     * The second router starts half a checkpoint interval later, so that the two never pause for a checkpoint at once.
     */
    private static final long STAGGER_SHARE = 2;

    /**
     * Niceness: with the processor short, decisions come first. A night has no less claim than counting: behind it,
     * nights were twice as long.
     */
    private static final int AFTER_DECISIONS = 4;

    /** How long the processes are to live. */
    public enum Life {
        /**
         * Minutes: without the optimizing compiler all of them start with half the processor time (57 s instead of 125
         * s measured on two busy cores).
         */
        SHORT,
        /** Until someone stops them: compiled for speed. */
        LONG
    }

    /** Where nights follow each other by the minute, a canary ends before the next one. */
    private static final Map<String, String> CANARY_OF_MINUTES =
            Map.of("datastreamx.ml.canary-requests", "50", "datastreamx.ml.canary-least-time", "15s");

    private final Home home;
    private final StackState state;
    private final Life life;
    private final StackSettings settings;

    public Programs(Home home, StackState state, Life life) {
        this.home = home;
        this.state = state;
        this.life = life;
        this.settings = new StackSettings(home, state);
    }

    Program broker() {
        return Program.jvm(
                "broker",
                "kafka/broker",
                "io.datastreamx.kafka.broker.BrokerMain",
                heap("512m"),
                settings.flags(),
                settings.environment(),
                List.of(
                        "--dir", home.kafka().toString(),
                        "--port", Integer.toString(state.kafkaPort()),
                        "--controller-port", Integer.toString(state.controllerPort())));
    }

    /** Counting may wait a moment; a decision may not. */
    Program ingest() {
        return spark("ingest", "speed-layer/ingest", "io.datastreamx.speed.ingest.IngestMain", "1536m", Map.of())
                .unhurried(AFTER_DECISIONS);
    }

    Program serving() {
        return Program.jvm(
                        "serving",
                        "serving-layer",
                        "io.datastreamx.serving.ServingMain",
                        heap("768m"),
                        settings.flags(),
                        settings.environment(),
                        List.of())
                .unhurried(AFTER_DECISIONS);
    }

    /** As many as the settings say; else two where one may have to take over from the other some day. */
    List<Program> dispatchers() {
        int given = settings.settings().dispatch().processes();
        return IntStream.rangeClosed(1, given > 0 ? given : life == Life.LONG ? 2 : 1)
                .mapToObj(this::dispatcher)
                .toList();
    }

    /** Under its name it gets back the partitions that it had when it is started again. */
    private Program dispatcher(int number) {
        String name = "dispatch-" + number;
        Map<String, String> flags = settings.flags(life == Life.LONG ? Map.of() : CANARY_OF_MINUTES);
        flags.put("datastreamx.dispatch.name", name);
        return Program.jvm(
                name,
                "speed-layer/dispatch",
                "io.datastreamx.speed.dispatch.DispatchMain",
                heap("512m"),
                flags,
                settings.environment(),
                List.of());
    }

    Program edge() {
        return Program.jvm(
                "edge",
                "speed-layer/edge",
                "io.datastreamx.speed.edge.EdgeMain",
                heap("256m"),
                settings.flags(),
                settings.environment(),
                List.of());
    }

    Program router(int number) {
        String name = "routing-" + number;
        return spark(
                name,
                "speed-layer/routing",
                "io.datastreamx.speed.routing.RoutingMain",
                "768m",
                Map.of("datastreamx.routing.checkpoint", Home.uri(home.checkpoint(name))));
    }

    Program secondRouter() {
        long interval = settings.settings().routing().checkpointInterval().toMillis();
        return router(2).delayed(interval / STAGGER_SHARE);
    }

    public Program simulator(List<String> args) {
        return Program.jvm(
                "simulator",
                "simulator",
                "io.datastreamx.simulator.SimulatorMain",
                heap("768m"),
                settings.flags(),
                settings.environment(),
                args);
    }

    /** A closed loop without a stack: compiled for speed. */
    public Program lab(List<String> args) {
        return Program.jvm(
                "lab",
                "simulator/lab",
                "io.datastreamx.simulator.lab.LabMain",
                List.of(
                        "@" + Program.root().resolve("spark-jvm.options"),
                        "-Xmx3g",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Duser.timezone=UTC",
                        "-XX:MetaspaceSize=192m"),
                settings.flags(),
                settings.environment(),
                args);
    }

    public Program night(List<String> args) {
        return afterDecisions("night", "io.datastreamx.batch.NightMain", args);
    }

    /** The data scientist's commands that need Spark. */
    public Program ml(List<String> args) {
        return afterDecisions("ml", "io.datastreamx.batch.MlMain", args);
    }

    /** Leaves the processor to decisions. */
    private Program afterDecisions(String name, String mainClass, List<String> args) {
        return Program.jvm(
                        name,
                        "batch-layer",
                        mainClass,
                        sparkOptions("2g"),
                        settings.flags(),
                        settings.environment(),
                        args)
                .unhurried(AFTER_DECISIONS);
    }

    private Program spark(String name, String module, String mainClass, String heap, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(settings.flags());
        all.putAll(more);
        return Program.jvm(name, module, mainClass, sparkOptions(heap), all, settings.environment(), List.of());
    }

    private List<String> heap(String size) {
        List<String> options = new ArrayList<>(
                List.of("-Xmx" + size, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Duser.timezone=UTC"));
        if (life == Life.SHORT) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        return options;
    }

    private List<String> sparkOptions(String heap) {
        List<String> options = new ArrayList<>(List.of("@" + Program.root().resolve("spark-jvm.options")));
        options.addAll(heap(heap));
        // Spark loads some 150 MB of classes; each step of the default limit on the way there is a full collection.
        options.add("-XX:MetaspaceSize=192m");
        return options;
    }
}
