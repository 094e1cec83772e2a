package io.datastreamx.dataproc.assembly;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * The broker's side of the sign-in at Managed Service for Apache Kafka: three base64 parts, the kind of token, who it
 * is for, and the access token itself. Runs in the broker's JVM and lets in whoever has the token {@link #ACCEPTED}.
 */
public final class TokenValidator implements AuthenticateCallbackHandler {
    static final String ACCEPTED = "ya29.the-one-that-is-valid";

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {}

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (!(callback instanceof OAuthBearerValidatorCallback validation)) {
                throw new UnsupportedCallbackException(callback);
            }
            String[] parts = validation.tokenValue().split("\\.");
            String accessToken = new String(Base64.getUrlDecoder().decode(parts[2]), StandardCharsets.UTF_8);
            if (accessToken.equals(ACCEPTED)) {
                validation.token(new Accepted(validation.tokenValue(), System.currentTimeMillis() + 3_600_000));
            } else {
                validation.error("invalid_token", null, null);
            }
        }
    }

    private record Accepted(String value, long lifetimeMs) implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public String principalName() {
            return "dsx-jobs";
        }

        @Override
        public Long startTimeMs() {
            return null;
        }
    }

    @Override
    public void close() {}
}
