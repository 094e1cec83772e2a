package io.datastreamx.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param configFile the file of {@code --config}, relative to the home where it lies in it; null without one
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
    /** Where the file was written, which is not part of what it says. */
    private static final String HOME = "home";

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

    /** Where the file of {@code --config} is now. */
    Optional<Path> config(Home home) {
        return Optional.ofNullable(configFile).map(home.dir()::resolve);
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
            ObjectNode json = (ObjectNode) ContractJson.MAPPER.readTree(Files.readAllBytes(home.state()));
            JsonNode writtenIn = json.remove(HOME);
            StackState state = ContractJson.MAPPER.treeToValue(json, StackState.class);
            return Optional.of(
                    writtenIn != null && isCopy(home, Path.of(writtenIn.asText()))
                            ? state.with(false, null, Map.of())
                            : state);
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

    /** The processes of a copy are those of the original, which must not be stopped from here. */
    private static boolean isCopy(Home home, Path original) {
        return !original.equals(home.dir()) && Files.exists(new Home(original).state());
    }

    /** The state of a stack that is up. */
    static StackState running(Home home) {
        return read(home)
                .filter(StackState::isUp)
                .orElseThrow(() -> new CliException(
                        "nothing runs in " + home.dir() + "; start it with: dsx up --home " + home.dir()));
    }

    /** For the owner alone: settings may be secret. */
    public void write(Home home) {
        try {
            OwnerOnly.folder(home.state().getParent());
            ObjectNode json = ContractJson.MAPPER.valueToTree(this);
            json.put(HOME, home.dir().toString());
            Path next = home.state().resolveSibling("state.json.next");
            OwnerOnly.file(next);
            Files.write(
                    next, ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
            Files.move(next, home.state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
