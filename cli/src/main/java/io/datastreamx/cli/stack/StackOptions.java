package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/** What can be chosen when a stack starts. */
public final class StackOptions {
    private static final int LOWEST_PORT = 10_000;
    /**
     * Below the range for outgoing connections: a client that keeps trying a dead broker up there can end up connected
     * to itself and block the port.
     */
    private static final int HIGHEST_PORT = 32_000;

    /** The setting behind --dispatchers, remembered with the others. */
    private static final String DISPATCHERS = "datastreamx.dispatch.processes";

    private static final int TRIES = 200;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description = "Port of the broker (default: the one of last time, else a free one).")
    private int kafkaPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port of page and API (default: the one of last time, else a free one).")
    private int httpPort;

    @Option(
            names = "--edge-port",
            paramLabel = "PORT",
            description = "Port to which boxes send (default: the one of last time, else a free one).")
    private int edgePort;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file (HOCON) over the defaults.")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "One setting, named as in the reference file without its first word: --set ingest.trigger-interval=500ms. Secrets are better kept in a file that only you can read, given with --config.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--dispatchers",
            paramLabel = "N",
            description =
                    "Processes that share the work of dispatch (default: as last time, else 2, and 1 in a demo). More than there are partitions of ad-decisions (kafka.partitions) wait until one of the others ends.")
    private Integer dispatchers;

    /** Whether nothing was chosen. */
    public boolean isEmpty() {
        return kafkaPort == 0
                && httpPort == 0
                && edgePort == 0
                && config == null
                && settings.isEmpty()
                && dispatchers == null;
    }

    /** The ports and settings of the next start: given ones, else those of the last start, else free ones. */
    StackState choose(Home home, Optional<StackState> last) {
        Set<Integer> taken = new HashSet<>();
        int kafka = port(kafkaPort, last.map(StackState::kafkaPort), taken);
        int controller = port(0, last.map(StackState::controllerPort), taken);
        int http = port(httpPort, last.map(StackState::httpPort), taken);
        int edge = port(edgePort, last.map(StackState::edgePort), taken);
        Map<String, String> full =
                new LinkedHashMap<>(last.map(StackState::settings).orElse(Map.of()));
        settings.forEach((key, value) -> full.put("datastreamx." + key, value));
        if (dispatchers != null) {
            full.put(DISPATCHERS, dispatchers.toString());
        }
        String file = config == null
                ? last.map(StackState::configFile).orElse(null)
                : inHome(home, config.toAbsolutePath().normalize());
        return StackState.down(kafka, controller, http, edge, full, file);
    }

    /** A file in the home goes where the home goes. */
    private static String inHome(Home home, Path file) {
        return (file.startsWith(home.dir()) ? home.dir().relativize(file) : file).toString();
    }

    private static int port(int given, Optional<Integer> last, Set<Integer> taken) {
        int port;
        if (given != 0) {
            if (!isFree(given)) {
                throw new CliException(
                        "port " + given + " is taken by another process; choose another, or leave the option out");
            }
            port = given;
        } else {
            port = last.filter(p -> p != 0 && isFree(p))
                    .filter(p -> !taken.contains(p))
                    .orElseGet(() -> free(taken));
        }
        taken.add(port);
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int free(Set<Integer> taken) {
        for (int port : new SplittableRandom()
                .ints(TRIES, LOWEST_PORT, HIGHEST_PORT + 1)
                .toArray()) {
            if (!taken.contains(port) && isFree(port)) {
                return port;
            }
        }
        throw new CliException("no free port on 127.0.0.1 between " + LOWEST_PORT + " and " + HIGHEST_PORT);
    }
}
