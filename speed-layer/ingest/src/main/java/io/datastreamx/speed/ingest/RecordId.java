package io.datastreamx.speed.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An {@code event_id} in 16 bytes: the first half of its SHA-256. Two ids in the horizon share one with a chance below
 * 1e-20.
 */
record RecordId(long high, long low) {
    private static final ThreadLocal<MessageDigest> SHA256 = ThreadLocal.withInitial(() -> {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    });

    static RecordId of(String eventId) {
        ByteBuffer hash = ByteBuffer.wrap(SHA256.get().digest(eventId.getBytes(StandardCharsets.UTF_8)));
        return new RecordId(hash.getLong(), hash.getLong());
    }
}
