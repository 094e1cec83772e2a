package io.datastreamx.contract.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where an aggregator is asked: an absolute http or https URL that a client can connect to. */
final class BidUrl {
    private static final int MAX_LENGTH = 2_048;
    private static final int MAX_PORT = 65_535;

    private BidUrl() {}

    /**
     * The URL with its scheme in small letters, as clients compare it.
     *
     * @throws IllegalArgumentException saying what keeps a client from connecting to it, or would be lost on the way
     */
    static String checked(String url) {
        if (url == null || url.isEmpty() || url.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it must have 1 to " + MAX_LENGTH + " characters");
        }
        URI uri = parse(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("it does not begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("it has no host");
        }
        if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("its port is not between 1 and " + MAX_PORT);
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("a name or password before the host would not be sent, but shown");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("what follows # would not be sent");
        }
        return scheme + url.substring(scheme.length());
    }

    private static URI parse(String url) {
        try {
            // Without this a host that is none, such as one with an underscore, would pass as some other authority.
            return new URI(url).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    e.getReason() + (e.getIndex() < 0 ? "" : " at index " + e.getIndex()) + hint(e), e);
        }
    }

    private static String hint(URISyntaxException e) {
        boolean underscore = e.getIndex() >= 0
                && e.getIndex() < e.getInput().length()
                && e.getInput().charAt(e.getIndex()) == '_';
        return underscore ? ": a host has letters, digits, hyphens and dots, but no underscore" : "";
    }
}
