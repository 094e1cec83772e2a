package io.datastreamx.serving.http;

import io.datastreamx.config.AccessSettings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.serving.access.AuditLog;
import io.datastreamx.serving.access.SignIn;
import io.datastreamx.serving.access.SignInException;
import io.datastreamx.serving.access.UserLimits;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Sight;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What every request passes before anything is looked up for it: was this server meant, can the address be read, who
 * asks, and not too much. What it was and what came of it goes to the audit log.
 */
final class Door {
    /** Prefix of all that needs an identity. */
    static final String INSIDE = "/v1/";
    /** The same under the name of before. */
    static final String FORMER = "/api/";

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final String IDENTITY = "identity";
    private static final String QUESTION = "question";
    private static final String SINCE = "since";

    private final SignIn signIn;
    private final UserLimits limits;
    private final AuditLog audit;
    private final Set<String> hosts;

    /** Why a request does not come in. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        RefusedException(int status, String detail) {
            super(detail, null, false, false);
            this.status = status;
        }
    }

    Door(SignIn signIn, AccessSettings settings, String host, Clock clock) {
        this.signIn = signIn;
        this.limits = new UserLimits(
                settings.requestsPerMinute(),
                settings.questionsAtATime(),
                settings.streams(),
                () -> System.nanoTime() / 1_000_000_000);
        this.audit = new AuditLog(settings.auditFile(), clock);
        this.hosts = new HashSet<>(THIS_MACHINE);
        hosts.add(host.toLowerCase(Locale.ROOT));
        settings.allowedHosts().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
    }

    void guard(RoutesConfig routes) {
        routes.before(this::begin);
        for (String prefix : List.of(INSIDE, FORMER)) {
            routes.before(prefix + "*", this::requireIdentity);
            routes.after(prefix + "*", this::end);
        }
        routes.exception(RefusedException.class, (e, ctx) -> Problem.answer(ctx, e.status, e.getMessage()));
        routes.exception(SignInException.class, (e, ctx) -> {
            ctx.header("WWW-Authenticate", "Bearer realm=\"datastreamx\"");
            Problem.answer(ctx, 401, e.getMessage());
        });
    }

    /** Of a request that has come in. */
    static Identity identity(Context ctx) {
        return ctx.attribute(IDENTITY);
    }

    static Sight sight(Context ctx) {
        return Sight.of(identity(ctx));
    }

    boolean isOpen() {
        return signIn.isOpen();
    }

    /**
     * Counts an open page instead of a question; {@link #closeStream} must follow.
     *
     * @throws RefusedException where the one has as many open as allowed
     */
    void openStream(Context ctx) throws RefusedException {
        if (signIn.isOpen()) {
            return;
        }
        String subject = identity(ctx).subject();
        if (!limits.beginStream(subject)) {
            throw new RefusedException(429, "you have too many live pages open; close some");
        }
        endQuestion(ctx);
    }

    void closeStream(Identity identity) {
        if (!signIn.isOpen()) {
            limits.endStream(identity.subject());
        }
    }

    private void endQuestion(Context ctx) {
        if (Boolean.TRUE.equals(ctx.attribute(QUESTION))) {
            ctx.attribute(QUESTION, false);
            limits.endQuestion(identity(ctx).subject());
        }
    }

    /** Called now and then. */
    void refresh() {
        signIn.refresh();
        limits.forgetIdle();
    }

    /** @throws SignInException where nobody can tell who asks */
    Identity identify(Context ctx) throws SignInException {
        return signIn.identify(ctx::header);
    }

    /** @throws SignInException where the token is not believed */
    Identity verify(String token) throws SignInException {
        return signIn.identify(header -> header.equals("Authorization") ? "Bearer " + token : null);
    }

    private void begin(Context ctx) throws RefusedException {
        ctx.header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin");
        ctx.attribute(SINCE, System.nanoTime());
        requireHost(ctx.host());
        requireReadable(ctx.req().getRequestURI());
        requireReadable(ctx.queryString());
    }

    /** A page of another site could otherwise ask under a name of its own that it lets point here (DNS rebinding). */
    private void requireHost(String host) throws RefusedException {
        String name = host == null ? "" : host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        if (!hosts.contains(name)) {
            throw new RefusedException(
                    421,
                    "this server is not called that; its operator can allow the name (serving.access.allowed-hosts)");
        }
    }

    private static void requireReadable(String escaped) {
        if (escaped == null) {
            return;
        }
        if (BROKEN_ESCAPE.matcher(escaped).find()) {
            throw new BadQueryException(
                    "the address has a % that two hexadecimal digits do not follow; a % itself is %25");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(unescaped(escaped)));
        } catch (CharacterCodingException e) {
            throw new BadQueryException("the address is no UTF-8");
        }
    }

    private static byte[] unescaped(String escaped) {
        byte[] bytes = escaped.getBytes(StandardCharsets.ISO_8859_1);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                bytes[length++] = (byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private void requireIdentity(Context ctx) throws SignInException, RefusedException {
        if (ctx.path().equals(SessionRoutes.PATH)) {
            return;
        }
        Identity identity = identify(ctx);
        ctx.attribute(IDENTITY, identity);
        if (signIn.isOpen()) {
            return;
        }
        OptionalInt retryAfter = limits.request(identity.subject());
        if (retryAfter.isPresent()) {
            ctx.header("Retry-After", Integer.toString(retryAfter.getAsInt()));
            throw new RefusedException(429, "you have asked too often in this minute");
        }
        if (!limits.beginQuestion(identity.subject())) {
            ctx.header("Retry-After", "1");
            throw new RefusedException(429, "you have too many questions under way; wait for their answers");
        }
        ctx.attribute(QUESTION, true);
    }

    private void end(Context ctx) {
        endQuestion(ctx);
        Long since = ctx.attribute(SINCE);
        audit.note(
                identity(ctx),
                ctx.method().name(),
                ctx.path() + (ctx.queryString() == null ? "" : "?" + ctx.queryString()),
                ctx.statusCode(),
                since == null ? 0 : (System.nanoTime() - since) / 1_000_000);
    }
}
