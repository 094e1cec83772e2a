package io.datastreamx.serving.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.datastreamx.config.AccessSettings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenRefusedException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * By tokens of an issuer that publishes its keys: any OpenID Connect issuer, or Google Cloud's Identity-Aware Proxy.
 * Signature, issuer, audience and expiry are checked; keys are fetched when they are needed and kept for minutes. The
 * role comes from the members' file, by address or subject, or else from the token's claims.
 */
final class IssuedTokenSignIn implements SignIn {
    private static final String PROXY_HEADER = "x-goog-iap-jwt-assertion";
    private static final String PROXY_ISSUER = "https://cloud.google.com/iap";
    private static final String PROXY_KEYS = "https://www.gstatic.com/iap/verify/public_key-jwk";
    private static final Set<JWSAlgorithm> OIDC_ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.PS256);

    /** Where the token of a request is. */
    @FunctionalInterface
    private interface Place {
        String token(UnaryOperator<String> headers) throws SignInException;
    }

    private final Place place;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Optional<Members> members;
    private final AccessSettings settings;

    private IssuedTokenSignIn(
            AccessSettings settings, Clock clock, Place place, String issuer, String keys, Set<JWSAlgorithm> allowed) {
        this.place = place;
        this.settings = settings;
        this.members = settings.membersFile().isEmpty()
                ? Optional.empty()
                : Optional.of(new Members(Path.of(settings.membersFile())));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(allowed, source(keys)));
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        settings.audience(),
                        new JWTClaimsSet.Builder().issuer(issuer).build(),
                        Set.of("sub", "exp")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                });
    }

    static SignIn oidc(AccessSettings settings, Clock clock) {
        return new IssuedTokenSignIn(
                settings, clock, BearerToken::of, settings.issuer(), settings.jwksUri(), OIDC_ALGORITHMS);
    }

    static SignIn identityAwareProxy(AccessSettings settings, Clock clock) {
        return new IssuedTokenSignIn(
                settings,
                clock,
                headers -> Optional.ofNullable(headers.apply(PROXY_HEADER))
                        .orElseThrow(() -> new SignInException(
                                "the request did not come through the Identity-Aware Proxy: it has no "
                                        + PROXY_HEADER)),
                settings.issuer().isEmpty() ? PROXY_ISSUER : settings.issuer(),
                settings.jwksUri().isEmpty() ? PROXY_KEYS : settings.jwksUri(),
                Set.of(JWSAlgorithm.ES256));
    }

    @Override
    public Identity identify(UnaryOperator<String> headers) throws SignInException {
        String token = place.token(headers);
        try {
            JWTClaimsSet claims = processor.process(token, null);
            if (members.isPresent()) {
                return members.get().identity(claims.getSubject(), claims.getStringClaim("email"));
            }
            return AccessTokens.identity(claims, settings.roleClaim(), settings.aggregatorsClaim());
        } catch (BadJOSEException e) {
            throw new SignInException("the token is refused: " + e.getMessage());
        } catch (JOSEException e) {
            throw new SignInException("the issuer's keys cannot be had, so no token can be checked");
        } catch (ParseException e) {
            throw new SignInException("the token is no signed JWT");
        } catch (TokenRefusedException e) {
            throw new SignInException(e.getMessage());
        }
    }

    @Override
    public void refresh() {
        members.ifPresent(Members::refresh);
    }

    private static JWKSource<SecurityContext> source(String uri) {
        try {
            return JWKSourceBuilder.create(new URL(uri)).retrying(true).build();
        } catch (MalformedURLException e) {
            throw new CannotRunException("serving.access.jwks-uri is no URL: " + uri, e);
        }
    }
}
