package io.datastreamx.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Tokens with which boxes prove who they are: JWT (RFC 7519), signed by HMAC-SHA-256. {@code sub} is the device id,
 * {@code exp} is required, the header's {@code kid} names the key. The newest key signs; all that are there verify.
 * Immutable and thread-safe.
 */
public final class DeviceTokens {
    /** Longer ones are refused unread. */
    public static final int LONGEST = HmacTokens.LONGEST;

    private final HmacTokens tokens;

    /** @param keys oldest first, one at least */
    public DeviceTokens(List<TokenKey> keys) {
        tokens = new HmacTokens(keys);
    }

    /** @param ttl from now until it is refused */
    public String sign(String deviceId, Instant now, Duration ttl) {
        return tokens.sign(new JWTClaimsSet.Builder().subject(deviceId), now, ttl);
    }

    /**
     * @return the device that the token is for
     * @throws TokenRefusedException where it is none of ours, was changed or has expired
     */
    public String verify(String token, Instant now) throws TokenRefusedException {
        return tokens.verify(token, now).getSubject();
    }
}
