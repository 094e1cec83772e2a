package io.datastreamx.speed.dispatch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Unpacks bodies up to a limit, so that a few bytes cannot become many. */
final class ContentEncoding {
    /** What we ask for. */
    static final String ACCEPTED = "gzip, deflate";

    private ContentEncoding() {}

    /**
     * @param encoding the header {@code Content-Encoding}; empty for none
     * @param limit most bytes of the result
     * @return empty where there would be more
     * @throws IOException for an encoding that is not known, or a body that is not packed so
     */
    static Optional<byte[]> unpack(byte[] body, String encoding, int limit) throws IOException {
        return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> body.length > limit ? Optional.empty() : Optional.of(body);
            // A 200 without a body is no broken archive.
            case "gzip", "x-gzip" ->
                body.length == 0 ? Optional.of(body) : read(new GZIPInputStream(new ByteArrayInputStream(body)), limit);
            case "deflate" -> body.length == 0 ? Optional.of(body) : inflate(body, limit);
            default -> throw new IOException("Content-Encoding " + encoding);
        };
    }

    /** HTTP means zlib's format by it; some servers send what is inside of that. */
    private static Optional<byte[]> inflate(byte[] body, int limit) throws IOException {
        boolean zlib = body.length >= 2 && (body[0] & 0x0f) == 8 && ((body[0] & 0xff) << 8 | body[1] & 0xff) % 31 == 0;
        Inflater inflater = new Inflater(!zlib);
        try {
            return read(new InflaterInputStream(new ByteArrayInputStream(body), inflater), limit);
        } finally {
            inflater.end();
        }
    }

    private static Optional<byte[]> read(InputStream packed, int limit) throws IOException {
        ByteArrayOutputStream unpacked = new ByteArrayOutputStream(4_096);
        byte[] part = new byte[4_096];
        try (packed) {
            for (int count = packed.read(part); count >= 0; count = packed.read(part)) {
                if (unpacked.size() + count > limit) {
                    return Optional.empty();
                }
                unpacked.write(part, 0, count);
            }
        }
        return Optional.of(unpacked.toByteArray());
    }
}
