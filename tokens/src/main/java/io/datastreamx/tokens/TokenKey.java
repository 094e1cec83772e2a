package io.datastreamx.tokens;

import java.time.Instant;

/**
 * A key that signs and verifies tokens.
 *
 * @param kid its id, which stands in the header of tokens
 * @param createdAt when it was made
 * @param secret 32 bytes
 */
public record TokenKey(String kid, Instant createdAt, byte[] secret) {
    static final int BYTES = 32;

    public TokenKey {
        if (kid == null || kid.isBlank() || createdAt == null || secret == null || secret.length != BYTES) {
            throw new IllegalArgumentException("a key needs kid, created_at and a secret of " + BYTES + " bytes");
        }
        secret = secret.clone();
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return kid + " of " + createdAt;
    }
}
