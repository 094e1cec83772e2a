package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code run/state.json} says about the stack of a home. Ports and settings stay when the stack is down, so that
 * the next start finds its data and its clients again.
 *
 * @param kafkaPort where clients reach the broker
 * @param controllerPort where the broker's own controller listens
 * @param httpPort where serving listens
 * @param edgePort where boxes send their records; 0 where none was chosen yet
 * @param settings what {@code --set} changed, by full name
 * @param configFile the file of {@code --config}, relative to the home where it lies in it; null without one
 * @param ready whether every process was ready once since the start
 * @param supervisor the process that watches the others; null when down
 * @param processes the watched ones, by name; empty when down
 * @param notices what the operator should know of this start and what followed, oldest first; empty when down
 */
public record StackState(
        int kafkaPort,
        int controllerPort,
        int httpPort,
        Integer edgePort,
        Map<String, String> settings,
        String configFile,
        boolean ready,
        Worker supervisor,
        Map<String, Worker> processes,
        List<StackNotice> notices) {
    public StackState {
        // A home of before the edge names none.
        edgePort = edgePort == null ? 0 : edgePort;
        settings = settings == null ? Map.of() : Map.copyOf(settings);
        processes = processes == null ? Map.of() : Map.copyOf(processes);
        notices = notices == null ? List.of() : List.copyOf(notices);
    }

    /** A stack of which nothing runs. */
    public static StackState down(
            int kafkaPort,
            int controllerPort,
            int httpPort,
            int edgePort,
            Map<String, String> settings,
            String configFile) {
        return new StackState(
                kafkaPort, controllerPort, httpPort, edgePort, settings, configFile, false, null, Map.of(), List.of());
    }

    /** The same with nothing running. */
    public StackState down() {
        return down(kafkaPort, controllerPort, httpPort, edgePort, settings, configFile);
    }

    /**
     * A process, told from a later one with the same pid by its start.
     *
     * @param pid its process id
     * @param startedAt milliseconds since the epoch, by the operating system
     * @param restarts how often it was started again
     * @param ready whether it said that it serves
     * @param ends how it has ended by itself so far
     */
    public record Worker(long pid, long startedAt, int restarts, boolean ready, Ends ends) {
        public Worker {
            ends = ends == null ? Ends.NONE : ends;
        }

        /** A process that has never ended. */
        public static Worker of(ProcessHandle handle, boolean ready) {
            return of(handle, 0, ready, Ends.NONE);
        }

        static Worker of(ProcessHandle handle, int restarts, boolean ready, Ends ends) {
            return new Worker(handle.pid(), startOf(handle), restarts, ready, ends);
        }

        /** The process if it still runs. */
        public Optional<ProcessHandle> alive() {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(handle -> startOf(handle) == startedAt);
        }

        private static long startOf(ProcessHandle handle) {
            return handle.info()
                    .startInstant()
                    .map(java.time.Instant::toEpochMilli)
                    .orElse(0L);
        }
    }

    /** Names settings and hides their values, which may be secret. */
    @Override
    public String toString() {
        return "stack with Kafka at " + bootstrapServers() + ", page at " + http() + ", settings " + settings.keySet()
                + (configFile == null ? "" : ", file " + configFile) + ", processes " + processes.keySet();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    public String http() {
        return "http://127.0.0.1:" + httpPort;
    }

    /** Where boxes send their records. */
    public String edge() {
        return "http://127.0.0.1:" + edgePort;
    }

    /** Where the file of {@code --config} is now. */
    Optional<Path> config(Home home) {
        return Optional.ofNullable(configFile).map(home.dir()::resolve);
    }

    /** Whether its supervisor lives. */
    public boolean isUp() {
        return supervisor != null && supervisor.alive().isPresent();
    }

    /** The same with what runs now. */
    StackState with(
            boolean nowReady, Worker nowSupervisor, Map<String, Worker> nowProcesses, List<StackNotice> nowNotices) {
        return new StackState(
                kafkaPort,
                controllerPort,
                httpPort,
                edgePort,
                settings,
                configFile,
                nowReady,
                nowSupervisor,
                nowProcesses,
                nowNotices);
    }

    /**
     * What the home says; empty where no stack has ever been.
     *
     * @throws CliException where the file is damaged, saying what to do
     */
    public static Optional<StackState> read(Home home) {
        return StateFile.read(home);
    }

    /** The state of a stack that is up. */
    static StackState running(Home home) {
        return read(home)
                .filter(StackState::isUp)
                .orElseThrow(() -> new CliException(
                        "nothing runs in " + home.dir() + "; start it with: dsx up --home " + home.dir()));
    }

    public void write(Home home) {
        StateFile.write(home, this);
    }
}
