package io.datastreamx.kafka.broker;

import io.datastreamx.process.CannotRunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports below the range from which Linux takes the ports of outgoing connections (32768 and up). A client that
 * keeps trying to reach a dead broker on a port of that range can be given the very same port and connect to itself,
 * and the broker never comes back.
 */
final class FreePort {

    private static final int FIRST = 15_000;
    private static final int END = 32_000;
    private static final int TRIES = 1_000;

    private FreePort() {}

    /** @return {@code wanted}, or a free port other than {@code taken} when {@code wanted} is 0 */
    static int orFree(int wanted, int taken) {
        if (wanted != 0) {
            return wanted;
        }
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (port != taken && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "no free port between " + FIRST + " and " + END + " after " + TRIES + " tries: pass --port");
    }

    /** @throws CannotRunException where another process has the port */
    static void require(int port, String option) {
        if (!isFree(port)) {
            throw new CannotRunException("port " + port
                    + " on 127.0.0.1 is taken by another process; end it, or choose another with " + option);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
