package io.datastreamx.serving.access;

import io.datastreamx.config.AccessSettings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.process.CannotRunException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** How a door makes sure who asks. Thread-safe. */
public interface SignIn {
    /**
     * @param headers the value of a request's header by its name; null for none
     * @throws SignInException where it cannot be told who asks
     */
    Identity identify(UnaryOperator<String> headers) throws SignInException;

    /** Whether anybody may ask anything. */
    default boolean isOpen() {
        return false;
    }

    /** Called now and then, for keys that may have changed. */
    default void refresh() {}

    /**
     * As the settings say.
     *
     * @param host where the door is bound
     * @throws CannotRunException for a door without identity that others than this machine can reach
     */
    static SignIn of(AccessSettings settings, String host, Clock clock) {
        return switch (settings.identity()) {
            case OPEN -> {
                if (!isLoopback(host)) {
                    throw new CannotRunException(
                            "serving.host is " + host
                                    + ", which others than this machine can reach, and serving.access.identity is open: set it to tokens, oidc or iap, or bind 127.0.0.1");
                }
                yield new OpenSignIn();
            }
            case TOKENS -> new TokenSignIn(settings, clock);
            case OIDC -> IssuedTokenSignIn.oidc(settings, clock);
            case IAP -> IssuedTokenSignIn.identityAwareProxy(settings, clock);
        };
    }

    private static boolean isLoopback(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
