package io.datastreamx.serving.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The token that a request brings: in {@code Authorization}, or, from the page, in its cookie. */
public final class BearerToken {
    /** Set by the page's sign-in; no script can read it, and no other site can send it. */
    public static final String COOKIE = "dsx_session";

    private static final String SCHEME = "Bearer ";

    private BearerToken() {}

    static String of(UnaryOperator<String> headers) throws SignInException {
        String authorization = headers.apply("Authorization");
        if (authorization != null) {
            if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                throw new SignInException("the header Authorization is not of the form: Bearer TOKEN");
            }
            return authorization.substring(SCHEME.length()).strip();
        }
        return cookie(headers.apply("Cookie"))
                .orElseThrow(() -> new SignInException(
                        "sign in: the header Authorization: Bearer TOKEN is missing (dsx token create makes a token)"));
    }

    private static Optional<String> cookie(String header) {
        return header == null
                ? Optional.empty()
                : Arrays.stream(header.split(";"))
                        .map(String::strip)
                        .filter(cookie -> cookie.startsWith(COOKIE + "="))
                        .map(cookie -> cookie.substring(COOKIE.length() + 1))
                        .findFirst();
    }
}
