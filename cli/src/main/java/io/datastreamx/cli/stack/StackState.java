package io.datastreamx.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code run/state.json} says about the stack of a home. Ports and settings stay when the stack is down, so that
 * the next start finds its data and its clients again.
 *
 * @param kafkaPort where clients reach the broker
 * @param controllerPort where the broker's own controller listens
 * @param httpPort where serving listens
 * @param settings what {@code --set} changed, by full name
 * @param configFile the file of {@code --config}; null without one
 * @param ready whether every process was ready once since the start
 * @param supervisor the process that watches the others; null when down
 * @param processes the watched ones, by name; empty when down
 */
public record StackState(
        int kafkaPort,
        int controllerPort,
        int httpPort,
        Map<String, String> settings,
        String configFile,
        boolean ready,
        Worker supervisor,
        Map<String, Worker> processes) {
    public StackState {
        settings = settings == null ? Map.of() : Map.copyOf(settings);
        processes = processes == null ? Map.of() : Map.copyOf(processes);
    }

    /**
     * A process, told from a later one with the same pid by its start.
     *
     * @param pid its process id
     * @param startedAt milliseconds since the epoch, by the operating system
     * @param restarts how often it was started again
     * @param ready whether it said that it serves
     */
    public record Worker(long pid, long startedAt, int restarts, boolean ready) {
        public static Worker of(ProcessHandle handle, int restarts, boolean ready) {
            return new Worker(handle.pid(), startOf(handle), restarts, ready);
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

    public String bootstrapServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    public String http() {
        return "http://127.0.0.1:" + httpPort;
    }

    boolean isUp() {
        return supervisor != null && supervisor.alive().isPresent();
    }

    public StackState with(boolean nowReady, Worker nowSupervisor, Map<String, Worker> nowProcesses) {
        return new StackState(
                kafkaPort, controllerPort, httpPort, settings, configFile, nowReady, nowSupervisor, nowProcesses);
    }

    public static Optional<StackState> read(Home home) {
        try {
            return Optional.of(ContractJson.MAPPER.readValue(Files.readAllBytes(home.state()), StackState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new CliException(
                    home.state() + " cannot be read (" + e.getOriginalMessage()
                            + "). Stop what still runs, then delete the file.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The state of a stack that is up. */
    static StackState running(Home home) {
        return read(home)
                .filter(StackState::isUp)
                .orElseThrow(() -> new CliException(
                        "nothing runs in " + home.dir() + "; start it with: dsx up --home " + home.dir()));
    }

    public void write(Home home) {
        try {
            Files.createDirectories(home.state().getParent());
            Path next = home.state().resolveSibling("state.json.next");
            Files.write(
                    next, ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
            Files.move(next, home.state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
