package io.datastreamx.speed.dispatch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A socket that answers HTTP requests with bytes that no proper server would send. */
final class RawAggregator implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    private final ServerSocket server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** Writes the answer; whoever asked may hang up before its end. */
    interface Behaviour {
        void answer(OutputStream out) throws IOException;
    }

    RawAggregator(Behaviour behaviour) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        executor.execute(() -> {
            while (!server.isClosed()) {
                accept(behaviour);
            }
        });
    }

    /** One that answers with this head and body, and hangs up. */
    static RawAggregator sending(String head, byte[] body) {
        return new RawAggregator(out -> {
            out.write((head.strip().replaceAll("\\R", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(body);
        });
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/bid";
    }

    /** Of the requests that came, with their headers. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept(Behaviour behaviour) {
        try {
            Socket socket = server.accept();
            executor.execute(() -> {
                try (socket) {
                    heads.add(request(socket.getInputStream()));
                    behaviour.answer(socket.getOutputStream());
                    socket.getOutputStream().flush();
                } catch (IOException e) {
                    // The client had enough.
                }
            });
        } catch (IOException e) {
            // Closed.
        }
    }

    private static String request(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        Matcher length = LENGTH.matcher(head.toString(StandardCharsets.UTF_8));
        if (length.find()) {
            in.readNBytes(Integer.parseInt(length.group(1)));
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        executor.shutdownNow();
    }
}
