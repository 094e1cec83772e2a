package io.datastreamx.speed.edge;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads a body as it comes, without a thread that waits for it, and unpacks it; no further than the limit in either
 * form, and no further than there is room.
 */
final class BodyReader {
    private static final int CHUNK = 16 * 1024;

    private final Request request;
    private final long limit;
    private final Room.Share share;
    private final boolean packed;
    private final ByteArrayOutputStream body;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    /** @throws RefusedException for a body that need not be read to be refused */
    BodyReader(Request request, long limit, Room.Share share) throws RefusedException {
        this.request = request;
        this.limit = limit;
        this.share = share;
        this.packed = isPacked(request.getHeaders().get(HttpHeader.CONTENT_ENCODING));
        long length = request.getLength();
        if (length > limit) {
            throw tooLarge();
        }
        // No more than that for a length that is only promised.
        body = new ByteArrayOutputStream((int) Math.min(Math.max(length, 256), CHUNK));
    }

    private static boolean isPacked(String encoding) throws RefusedException {
        return switch (encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT)) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                throw new RefusedException(Outcome.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding must be gzip, or absent");
        };
    }

    /** Completes with the unpacked body, or with a {@link RefusedException}, or with what broke the connection. */
    CompletableFuture<byte[]> read() {
        onContent();
        return whole;
    }

    private void onContent() {
        try {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this::onContent);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    whole.completeExceptionally(chunk.getFailure());
                    return;
                }
                boolean last = chunk.isLast();
                try {
                    append(chunk.getByteBuffer());
                } finally {
                    chunk.release();
                }
                if (last) {
                    whole.complete(packed ? unpacked() : body.toByteArray());
                    return;
                }
            }
        } catch (RefusedException | RuntimeException e) {
            whole.completeExceptionally(e);
        }
    }

    private void append(ByteBuffer chunk) throws RefusedException {
        if (body.size() + chunk.remaining() > limit) {
            throw tooLarge();
        }
        share.take(chunk.remaining());
        byte[] bytes = new byte[chunk.remaining()];
        chunk.get(bytes);
        body.writeBytes(bytes);
    }

    private byte[] unpacked() throws RefusedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4 * body.size());
        byte[] buffer = new byte[CHUNK];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.toByteArray()))) {
            for (int read; (read = in.read(buffer)) >= 0; ) {
                if (out.size() + read > limit) {
                    throw tooLarge();
                }
                share.take(read);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new RefusedException(Outcome.INVALID_ENCODING, "the body is not gzip, as its header says");
        }
        return out.toByteArray();
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                Outcome.TOO_LARGE,
                "a request holds at most " + limit + " bytes, as it comes and unpacked; send less at once");
    }
}
