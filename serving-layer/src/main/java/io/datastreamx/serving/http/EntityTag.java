package io.datastreamx.serving.http;

import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.ReportQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A name of an answer, equal where the answer is: it is a function of the position and of the question. */
final class EntityTag {
    private static final int BYTES = 8;

    private EntityTag() {}

    /** @param query as the one who asks may ask it, so it tells apart who sees what */
    static String of(Position position, ReportQuery query, String format) {
        String question = query.header() + "|" + query.fromMinute() + "|" + query.toMinute() + "|" + query.where() + "|"
                + query.view() + "|" + query.order() + "|" + query.limit() + "|" + format + "|"
                + position.version() + "|" + position.grains();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return "W/\"" + position.ingestBatch() + "-" + position.cut() + "-"
                    + HexFormat.of().formatHex(digest, 0, BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
