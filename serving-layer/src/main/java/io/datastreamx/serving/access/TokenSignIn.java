package io.datastreamx.serving.access;

import io.datastreamx.config.AccessSettings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.FollowedKeys;
import io.datastreamx.tokens.TokenRefusedException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** By tokens that {@code dsx token create} signs with a key of the home. */
final class TokenSignIn implements SignIn {
    private final FollowedKeys<AccessTokens> keys;
    private final Clock clock;

    TokenSignIn(AccessSettings settings, Clock clock) {
        this.keys = new FollowedKeys<>(Path.of(settings.keysFile()), clock, AccessTokens::new);
        this.clock = clock;
    }

    @Override
    public Identity identify(UnaryOperator<String> headers) throws SignInException {
        try {
            return keys.current().verify(BearerToken.of(headers), clock.instant());
        } catch (TokenRefusedException e) {
            throw new SignInException(e.getMessage());
        }
    }

    @Override
    public void refresh() {
        keys.refresh();
    }
}
