package io.datastreamx.serving.http;

import io.datastreamx.contract.ContractJson;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors as RFC 9457 has them: {@code type, title, status, detail}; nothing of what goes on inside. */
final class Problem {
    private static final String TYPE = "application/problem+json";

    private Problem() {}

    /** Whether somebody has said already what is wrong. */
    static boolean isAnswered(Context ctx) {
        String type = ctx.res().getContentType();
        return type != null && type.startsWith(TYPE);
    }

    /** @param detail what is wrong and what to do about it */
    static void answer(Context ctx, int status, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", HttpStatus.forStatus(status).getMessage());
        problem.put("status", status);
        problem.put("detail", detail);
        ctx.status(status).header("Cache-Control", "no-store").contentType(TYPE).result(ContractJson.bytes(problem));
    }
}
