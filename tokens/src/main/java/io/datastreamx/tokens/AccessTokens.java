package io.datastreamx.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tokens with which people and programs prove who they are to the serving layer: JWT (RFC 7519), signed by HMAC-SHA-256
 * with a key of the home. Claims {@code sub}, {@code aud} ({@link #AUDIENCE}), {@code role}, {@code aggregators} of a
 * partner, {@code exp}. Immutable and thread-safe.
 */
public final class AccessTokens {
    /** For whom they are; a token of another door is refused. */
    public static final String AUDIENCE = "datastreamx-serving";
    /** The claim with a {@link Role}'s name. */
    public static final String ROLE = "role";
    /** The claim with a partner's aggregators. */
    public static final String AGGREGATORS = "aggregators";

    private final HmacTokens tokens;

    /** @param keys oldest first, one at least */
    public AccessTokens(List<TokenKey> keys) {
        tokens = new HmacTokens(keys);
    }

    /** @param ttl from now until it is refused */
    public String sign(Identity identity, Instant now, Duration ttl) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject(identity.subject())
                .audience(AUDIENCE)
                .claim(ROLE, identity.role().wireName());
        if (!identity.aggregators().isEmpty()) {
            claims.claim(AGGREGATORS, List.copyOf(new TreeSet<>(identity.aggregators())));
        }
        return tokens.sign(claims, now, ttl);
    }

    /** @throws TokenRefusedException where it is none of ours, was changed, has expired or does not say who asks */
    public Identity verify(String token, Instant now) throws TokenRefusedException {
        JWTClaimsSet claims = tokens.verify(token, now);
        if (!claims.getAudience().contains(AUDIENCE)) {
            throw new TokenRefusedException("the token is for " + claims.getAudience() + ", not for " + AUDIENCE);
        }
        return identity(claims, ROLE, AGGREGATORS);
    }

    /**
     * Who a verified token is about.
     *
     * @param roleClaim the claim with the role's name
     * @param aggregatorsClaim the claim with a partner's aggregators
     * @throws TokenRefusedException where it does not say so
     */
    public static Identity identity(JWTClaimsSet claims, String roleClaim, String aggregatorsClaim)
            throws TokenRefusedException {
        try {
            String name = claims.getStringClaim(roleClaim);
            Role role = Optional.ofNullable(name)
                    .flatMap(Role::named)
                    .orElseThrow(() -> new TokenRefusedException("the token's " + roleClaim + " is none of ours"));
            List<String> aggregators = claims.getStringListClaim(aggregatorsClaim);
            return new Identity(claims.getSubject(), role, aggregators == null ? Set.of() : Set.copyOf(aggregators));
        } catch (ParseException | IllegalArgumentException | NullPointerException e) {
            throw new TokenRefusedException("the token does not say who asks: " + e.getMessage());
        }
    }
}
