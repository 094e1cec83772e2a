package io.datastreamx.speed.edge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the records of a request stand in its body. Splitting only finds where each begins and ends: whether it is a
 * record, and JSON at all, is for the contract's validator to say, which judges the bytes that are cut out here.
 */
enum BatchFormat {
    /** One object, or an array of them. */
    JSON,
    /** One object on each line; blank lines do not count. */
    NDJSON;

    /**
     * The records of a body.
     *
     * @param records as they came, without the white space around them
     * @param isBatch whether the sender expects a list for an answer
     */
    record Batch(List<byte[]> records, boolean isBatch) {}

    /** @param contentType the header; may be null */
    static BatchFormat of(String contentType) throws RefusedException {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json" -> JSON;
            case "application/x-ndjson", "application/ndjson", "application/jsonl" -> NDJSON;
            default ->
                throw new RefusedException(
                        Outcome.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type must be application/json (an object or an array of them) or application/x-ndjson (an object on each line)");
        };
    }

    Batch split(byte[] body) throws RefusedException {
        Batch batch = this == NDJSON ? new Batch(lines(body), true) : json(body);
        if (batch.records().isEmpty()) {
            throw new RefusedException(Outcome.INVALID_BATCH, "there is no record in the request");
        }
        return batch;
    }

    private static List<byte[]> lines(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= body.length; at++) {
            if (at == body.length || body[at] == '\n') {
                byte[] line = trimmed(body, from, at);
                if (line.length > 0) {
                    lines.add(line);
                }
                from = at + 1;
            }
        }
        return lines;
    }

    private static Batch json(byte[] body) throws RefusedException {
        byte[] text = trimmed(body, 0, body.length);
        if (text.length == 0 || text[0] != '[') {
            return new Batch(text.length == 0 ? List.of() : List.of(text), false);
        }
        List<byte[]> records = new ArrayList<>();
        int at = afterSpace(text, 1);
        if (at < text.length && text[at] == ']') {
            at++;
        } else {
            while (true) {
                int end = endOfValue(text, at);
                records.add(Arrays.copyOfRange(text, at, end));
                at = afterSpace(text, end);
                if (at < text.length && text[at] == ']') {
                    at++;
                    break;
                }
                if (at >= text.length || text[at] != ',') {
                    throw new RefusedException(
                            Outcome.INVALID_BATCH,
                            "the array is broken after record " + (records.size() - 1) + ", at byte " + at);
                }
                at = afterSpace(text, at + 1);
            }
        }
        if (at != text.length) {
            throw new RefusedException(Outcome.INVALID_BATCH, "there are bytes after the array, at byte " + at);
        }
        return new Batch(records, true);
    }

    /** Where a value ends that is well-formed; where it is not, somewhere behind its begin. */
    private static int endOfValue(byte[] text, int from) throws RefusedException {
        int depth = 0;
        for (int at = from; at < text.length; at++) {
            switch (text[at]) {
                case '"' -> {
                    at = endOfString(text, at);
                    if (depth == 0) {
                        return Math.min(at + 1, text.length);
                    }
                }
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    if (depth == 0) {
                        return notEmpty(from, at);
                    }
                    if (--depth == 0) {
                        return at + 1;
                    }
                }
                case ',', ' ', '\t', '\r', '\n' -> {
                    if (depth == 0) {
                        return notEmpty(from, at);
                    }
                }
                default -> {}
            }
        }
        return notEmpty(from, text.length);
    }

    private static int notEmpty(int from, int to) throws RefusedException {
        if (from == to) {
            throw new RefusedException(Outcome.INVALID_BATCH, "a record is missing in the array, at byte " + from);
        }
        return to;
    }

    private static int endOfString(byte[] text, int quote) {
        int at = quote + 1;
        while (at < text.length && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private static int afterSpace(byte[] text, int from) {
        int at = from;
        while (at < text.length && isSpace(text[at])) {
            at++;
        }
        return at;
    }

    private static byte[] trimmed(byte[] text, int from, int to) {
        int begin = from;
        int end = to;
        while (begin < end && isSpace(text[begin])) {
            begin++;
        }
        while (end > begin && isSpace(text[end - 1])) {
            end--;
        }
        return Arrays.copyOfRange(text, begin, end);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
