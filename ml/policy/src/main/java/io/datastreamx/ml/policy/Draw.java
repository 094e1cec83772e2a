package io.datastreamx.ml.policy;

import io.datastreamx.contract.decision.AdRequest;
import io.datastreamx.contract.policy.Canary;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Randomness that can be repeated: numbers in [0, 1) that depend on the request, on when it came and on the policy's
 * salt, and on nothing else. Draws for different purposes are independent. SHA-256 over a secret, because request ids
 * are the boxes' own: whoever chooses them cannot tell what is drawn for them, and an id that comes again draws anew.
 */
final class Draw {
    private final String subject;

    /** @param salt of the policy; null without one */
    Draw(String salt, AdRequest request) {
        this.subject = (salt == null ? "" : salt) + "|" + request.arrival().toEpochMilli() + "|" + request.requestId();
    }

    /**
     * On which side of a canary a box is, as long as the canary lasts: policies that come into force meanwhile have
     * salts of their own. Those who choose the ids of boxes know neither the model's checksum nor when it began.
     */
    static double side(Canary canary, String deviceId) {
        return uniform(
                "canary|" + canary.model().sha256() + "|" + canary.since().toEpochMilli() + "|" + deviceId);
    }

    /** Which candidate is asked first. */
    double first() {
        return uniform("choice|" + subject);
    }

    /** Which of the others is asked next. */
    double second() {
        return uniform("second|" + subject);
    }

    /** Whether the request is in a sick aggregator's probe share. */
    double probe(String aggregatorId) {
        return uniform("probe|" + aggregatorId + "|" + subject);
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
