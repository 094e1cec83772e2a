package io.datastreamx.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JWT (RFC 7519), signed by HMAC-SHA-256. {@code sub} and {@code exp} are required, the header's {@code kid} names the
 * key. The newest key signs; all that are there verify. Immutable and thread-safe.
 */
final class HmacTokens {
    /** Longer ones are refused unread. */
    static final int LONGEST = 4_096;

    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.HS256;

    private final TokenKey newest;
    private final MACSigner signer;
    private final Map<String, MACVerifier> verifiers = new LinkedHashMap<>();

    /** @param keys oldest first, one at least */
    HmacTokens(List<TokenKey> keys) {
        try {
            for (TokenKey key : keys) {
                verifiers.put(key.kid(), new MACVerifier(key.secret()));
            }
            newest = keys.get(keys.size() - 1);
            signer = new MACSigner(newest.secret());
        } catch (JOSEException e) {
            throw new IllegalArgumentException("a key of the tokens cannot be used: " + e.getMessage(), e);
        }
    }

    /** @param ttl from now until it is refused */
    String sign(JWTClaimsSet.Builder claims, Instant now, Duration ttl) {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(ALGORITHM)
                        .keyID(newest.kid())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims.issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(ttl)))
                        .build());
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
        return token.serialize();
    }

    /** @throws TokenRefusedException where it is none of ours, was changed or has expired */
    JWTClaimsSet verify(String token, Instant now) throws TokenRefusedException {
        if (token.length() > LONGEST) {
            throw new TokenRefusedException("the token is longer than " + LONGEST + " characters");
        }
        try {
            SignedJWT parsed = SignedJWT.parse(token);
            // The algorithm is ours to say: a token that names another is refused before its key is looked for.
            if (!ALGORITHM.equals(parsed.getHeader().getAlgorithm())) {
                throw new TokenRefusedException("the token is not signed by " + ALGORITHM);
            }
            MACVerifier verifier =
                    verifiers.get(String.valueOf(parsed.getHeader().getKeyID()));
            if (verifier == null) {
                throw new TokenRefusedException("the token's key (kid) is not known, or was retired");
            }
            if (!parsed.verify(verifier)) {
                throw new TokenRefusedException("the token's signature does not fit");
            }
            return inTime(parsed.getJWTClaimsSet(), now);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw new TokenRefusedException("the token is no signed JWT");
        }
    }

    private static JWTClaimsSet inTime(JWTClaimsSet claims, Instant now) throws TokenRefusedException {
        if (claims.getExpirationTime() == null) {
            throw new TokenRefusedException("the token has no exp");
        }
        if (!now.isBefore(claims.getExpirationTime().toInstant())) {
            throw new TokenRefusedException("the token has expired");
        }
        if (claims.getNotBeforeTime() != null
                && now.isBefore(claims.getNotBeforeTime().toInstant())) {
            throw new TokenRefusedException("the token is not valid yet");
        }
        if (claims.getSubject() == null || claims.getSubject().isEmpty()) {
            throw new TokenRefusedException("the token has no sub");
        }
        return claims;
    }
}
