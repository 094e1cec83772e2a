package io.datastreamx.speed.edge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Server-sent events ({@code text/event-stream}): one device's ads as they come. No thread waits for a box that reads
 * slowly; one that leaves too much unread is cut off. Thread-safe.
 */
final class AdStreams {
    private static final int MOST_PER_DEVICE = 4;
    private static final int MOST_UNREAD = 32;
    private static final byte[] BEAT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, List<Stream>> byDevice = new ConcurrentHashMap<>();

    AdStreams(int most) {
        this.most = most;
    }

    /**
     * Answers with a stream that stays open.
     *
     * @param mayStay asked now and then whether the device may still listen
     * @throws RefusedException where there are enough streams already; nothing is answered then
     */
    void open(String device, Response response, Callback callback, BooleanSupplier mayStay) throws RefusedException {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw RefusedException.later(Outcome.BEHIND, "there are " + most + " streams open, which is the most", 10);
        }
        // Once the device is listed an ad may come at any moment, and commits them.
        response.setStatus(Outcome.STREAM.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Stream stream = new Stream(device, response, callback, mayStay);
        List<Stream> all = byDevice.compute(device, (same, others) -> {
            if (others == null) {
                return List.of(stream);
            }
            return others.size() >= MOST_PER_DEVICE
                    ? others
                    : java.util.stream.Stream.concat(others.stream(), java.util.stream.Stream.of(stream))
                            .toList();
        });
        if (!all.contains(stream)) {
            open.decrementAndGet();
            throw RefusedException.later(
                    Outcome.RATE_LIMITED, "this device has " + MOST_PER_DEVICE + " streams open already", 10);
        }
        stream.offer(BEAT);
    }

    /** @return whether the device listens */
    boolean deliver(Delivery delivery) {
        List<Stream> all = byDevice.get(delivery.deviceId());
        if (all == null) {
            return false;
        }
        byte[] event = event(delivery);
        all.forEach(stream -> stream.offer(event));
        return true;
    }

    /** Keeps connections from being held for dead, finds those that are, and ends what may not stay. */
    void beat() {
        byDevice.values()
                .forEach(all -> all.forEach(stream -> {
                    if (stream.mayStay.getAsBoolean()) {
                        stream.offer(BEAT);
                    } else {
                        stream.end();
                    }
                }));
    }

    int count() {
        return open.get();
    }

    void endAll() {
        byDevice.values().forEach(all -> all.forEach(Stream::end));
    }

    /** The contract lets JSON have line ends between its members, which a stream of events must say line by line. */
    private static byte[] event(Delivery delivery) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(delivery.json().length + 64);
        event.writeBytes("event: ad\ndata: ".getBytes(StandardCharsets.UTF_8));
        for (byte b : delivery.json()) {
            event.write(b == '\n' || b == '\r' ? ' ' : b);
        }
        event.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return event.toByteArray();
    }

    private final class Stream {
        private final String device;
        private final Response response;
        private final Callback callback;
        private final BooleanSupplier mayStay;
        private final Deque<byte[]> unread = new ArrayDeque<>();
        private boolean writing;
        private boolean ended;

        Stream(String device, Response response, Callback callback, BooleanSupplier mayStay) {
            this.device = device;
            this.response = response;
            this.callback = callback;
            this.mayStay = mayStay;
        }

        synchronized void offer(byte[] event) {
            if (ended) {
                return;
            }
            if (unread.size() >= MOST_UNREAD) {
                gone(new IllegalStateException("the box leaves too much unread"));
                return;
            }
            unread.add(event);
            writeNext();
        }

        private synchronized void writeNext() {
            byte[] event = writing || ended ? null : unread.poll();
            if (event != null) {
                writing = true;
                response.write(false, ByteBuffer.wrap(event), Callback.from(this::written, this::gone));
            }
        }

        private synchronized void written() {
            writing = false;
            writeNext();
        }

        synchronized void end() {
            if (forget()) {
                if (writing) {
                    callback.failed(new IllegalStateException("the box has not read what was sent before the end"));
                } else {
                    Content.Sink.write(response, true, "", callback);
                }
            }
        }

        private synchronized void gone(Throwable why) {
            if (forget()) {
                callback.failed(why);
            }
        }

        private boolean forget() {
            boolean first = !ended;
            ended = true;
            unread.clear();
            if (first) {
                open.decrementAndGet();
                byDevice.computeIfPresent(device, (same, all) -> {
                    List<Stream> rest =
                            all.stream().filter(other -> other != this).toList();
                    return rest.isEmpty() ? null : rest;
                });
            }
            return first;
        }
    }
}
