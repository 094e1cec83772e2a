package io.datastreamx.ml.policy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Randomness that can be repeated: a number in [0, 1) that depends on nothing but a text. Draws for different purposes
 * are independent. SHA-256, because request ids are the boxes' own: whatever pattern they follow, it must not show in
 * what is chosen.
 */
final class Draw {
    private Draw() {}

    /** Which candidate the request goes to. */
    static double choice(String requestId) {
        return uniform("choice|" + requestId);
    }

    /** Whether the request is in a sick aggregator's probe share. */
    static double probe(String aggregatorId, String requestId) {
        return uniform("probe|" + aggregatorId + "|" + requestId);
    }

    private static double uniform(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(digest).getLong() >>> 11) * 0x1.0p-53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
