package io.datastreamx.kafka.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The command line of {@link BrokerMain}.
 *
 * @param dir folder of the logs; made if absent
 * @param port where clients connect; 0 picks a free one
 * @param controllerPort where the broker's own controller listens; 0 picks a free one
 * @param properties file of server properties that win over ours, such as another listener with a sign-in; may be
 *     absent
 */
record BrokerOptions(Path dir, int port, int controllerPort, Optional<Path> properties) {

    static final String USAGE =
            "usage: BrokerMain --dir DIR [--port PORT] [--controller-port PORT] [--properties FILE]   (port 0, the default, picks a free one)";

    private static final Set<String> NAMES = Set.of("--dir", "--port", "--controller-port", "--properties");

    /** @throws IllegalArgumentException saying which argument is wrong */
    static BrokerOptions parse(List<String> args) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < args.size(); i += 2) {
            String name = args.get(i);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("unknown argument " + name);
            }
            if (i + 1 == args.size()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            if (values.put(name, args.get(i + 1)) != null) {
                throw new IllegalArgumentException(name + " is given twice");
            }
        }
        if (!values.containsKey("--dir")) {
            throw new IllegalArgumentException("--dir is missing");
        }
        return new BrokerOptions(
                Path.of(values.get("--dir")).toAbsolutePath().normalize(),
                port("--port", values.get("--port")),
                port("--controller-port", values.get("--controller-port")),
                Optional.ofNullable(values.get("--properties")).map(Path::of));
    }

    private static int port(String name, String value) {
        if (value == null) {
            return 0;
        }
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message for both cases.
        }
        throw new IllegalArgumentException(name + " must be a number from 0 to 65535, not " + value);
    }

    BrokerOptions withPorts(int chosenPort, int chosenControllerPort) {
        return new BrokerOptions(dir, chosenPort, chosenControllerPort, properties);
    }
}
