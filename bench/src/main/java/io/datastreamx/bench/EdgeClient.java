package io.datastreamx.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection to the edge that stays open, with as little of its own as can be. Not thread-safe. */
final class EdgeClient implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("HTTP/1.1 ([0-9]{3}).*");
    private static final Pattern TIMING = Pattern.compile("Server-Timing: edge;dur=([0-9.]+), .*");
    private static final Pattern LENGTH = Pattern.compile("Content-Length: ([0-9]+)", Pattern.CASE_INSENSITIVE);

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    EdgeClient(URI edge) throws IOException {
        socket = new Socket(edge.getHost(), edge.getPort());
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Sends one record and waits for the acknowledgement.
     *
     * @return milliseconds that the edge had it before Kafka's client did, as it says
     */
    double send(String token, String record) throws IOException {
        out.write(("POST /v1/events HTTP/1.1\r\nHost: edge\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + token + "\r\nContent-Length: " + record.length() + "\r\n\r\n" + record)
                .getBytes(StandardCharsets.US_ASCII));
        String status = line();
        Matcher matcher = STATUS.matcher(status);
        double timing = Double.NaN;
        int length = 0;
        for (String header; !(header = line()).isEmpty(); ) {
            Matcher said = TIMING.matcher(header);
            timing = said.matches() ? Double.parseDouble(said.group(1)) : timing;
            Matcher size = LENGTH.matcher(header);
            length = size.matches() ? Integer.parseInt(size.group(1)) : length;
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (!matcher.matches() || !matcher.group(1).equals("200")) {
            throw new IOException("the edge answered " + status + ": " + body);
        }
        return timing;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c; (c = in.read()) != '\n'; ) {
            if (c < 0) {
                throw new IOException("the edge has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
