package io.datastreamx.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.serving.access.BearerToken;
import io.datastreamx.serving.access.SignInException;
import io.datastreamx.serving.report.BadQueryException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * How the page signs in: it hands a token over once and gets a cookie that no script can read and no other site can
 * send; a browser's event stream cannot send headers.
 */
final class SessionRoutes {
    static final String PATH = "/v1/session";

    private final Door door;

    SessionRoutes(Door door) {
        this.door = door;
    }

    void serve(RoutesConfig routes) {
        routes.get(PATH, this::who);
        routes.post(PATH, this::open);
        routes.delete(PATH, ctx -> ctx.removeCookie(BearerToken.COOKIE).status(204));
    }

    private void who(Context ctx) throws SignInException {
        answer(ctx, door.identify(ctx));
    }

    private void open(Context ctx) throws SignInException {
        String token;
        try {
            JsonNode body = ContractJson.MAPPER.readTree(ctx.bodyAsBytes());
            token = body == null ? "" : body.path("token").asText();
        } catch (IOException e) {
            throw new BadQueryException("the body must be JSON: {\"token\": \"…\"}");
        }
        if (token.isBlank()) {
            throw new BadQueryException("the body must be JSON: {\"token\": \"…\"}");
        }
        Identity identity = door.verify(token.strip());
        Cookie cookie = new Cookie(BearerToken.COOKIE, token.strip());
        cookie.setHttpOnly(true);
        cookie.setSecure("https".equals(ctx.header("X-Forwarded-Proto")));
        cookie.setSameSite(SameSite.STRICT);
        ctx.cookie(cookie);
        answer(ctx, identity);
    }

    private void answer(Context ctx, Identity identity) {
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("subject", identity.subject());
        who.put("role", identity.role().wireName());
        who.put("aggregators", new TreeSet<>(identity.aggregators()));
        who.put("open", door.isOpen());
        ctx.header("Cache-Control", "no-store").contentType("application/json").result(ContractJson.bytes(who));
    }
}
