package io.datastreamx.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of a query's answer, in which every value is text, as Java values. */
final class QueryRows {
    private QueryRows() {}

    static Map<String, Object> row(JsonNode schema, JsonNode row) {
        Map<String, Object> values = new LinkedHashMap<>();
        JsonNode fields = schema.path("fields");
        for (int i = 0; i < fields.size(); i++) {
            JsonNode value = row.path("f").path(i).path("v");
            values.put(
                    fields.get(i).path("name").asText(), value.isNull() ? null : value(fields.get(i), value.asText()));
        }
        return values;
    }

    private static Object value(JsonNode field, String text) {
        return switch (field.path("type").asText()) {
            case "INTEGER", "INT64" -> Long.valueOf(text);
            case "FLOAT", "FLOAT64" -> Double.valueOf(text);
            case "BOOLEAN", "BOOL" -> Boolean.valueOf(text);
            case "TIMESTAMP" -> timestamp(text);
            case "BYTES" -> Base64.getDecoder().decode(text);
            default -> text;
        };
    }

    /** Microseconds where they were asked for; seconds with a fraction from servers that do not know the option. */
    private static Instant timestamp(String text) {
        return text.contains(".") || text.contains("E")
                ? Instant.EPOCH.plus(
                        new java.math.BigDecimal(text).movePointRight(6).longValue(), ChronoUnit.MICROS)
                : Instant.EPOCH.plus(Long.parseLong(text), ChronoUnit.MICROS);
    }
}
