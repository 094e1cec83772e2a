package io.datastreamx.warehouse.check;

import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.Dataset;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Rows as INSERT statements, so that nothing but SQL stands between a test's values and the table. */
final class InsertSql {
    private static final int ROWS_PER_STATEMENT = 100;

    private InsertSql() {}

    /** @param rows values by column; a column that a row does not name is null */
    static List<String> of(Dataset dataset, BigQueryTable table, List<Map<String, Object>> rows) {
        String names = String.join(
                ", ", table.columnNames().stream().map(name -> "`" + name + "`").toList());
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += ROWS_PER_STATEMENT) {
            List<String> values = new ArrayList<>();
            for (Map<String, Object> row : rows.subList(i, Math.min(rows.size(), i + ROWS_PER_STATEMENT))) {
                values.add("("
                        + String.join(
                                ", ",
                                table.columns().stream()
                                        .map(column -> literal(column.type(), row.get(column.name())))
                                        .toList())
                        + ")");
            }
            statements.add("INSERT INTO " + dataset.quoted(table.name()) + " (" + names + ") VALUES "
                    + String.join(",\n", values));
        }
        return statements;
    }

    @SuppressWarnings("unchecked")
    private static String literal(String type, Object value) {
        if (value == null) {
            return "NULL";
        }
        if (type.startsWith("ARRAY<STRUCT<")) {
            return "["
                    + String.join(
                            ", ",
                            ((List<Map<String, Object>>) value)
                                    .stream()
                                            .map(element -> struct(type, element))
                                            .toList())
                    + "]";
        }
        return scalar(value);
    }

    /** The fields in the order of the type, which names each on a line of its own. */
    private static String struct(String type, Map<String, Object> values) {
        List<String> fields = new ArrayList<>();
        for (String line : type.substring("ARRAY<STRUCT<".length()).strip().split("\n")) {
            String[] words = line.strip().split(" ", 3);
            String name = words[0].replace("`", "");
            String fieldType = words[1].replaceAll("[,>]", "");
            Object value = values.get(name);
            fields.add((value == null ? "CAST(NULL AS " + fieldType + ")" : scalar(value)) + " AS " + words[0]);
        }
        return "STRUCT(" + String.join(", ", fields) + ")";
    }

    private static String scalar(Object value) {
        if (value instanceof byte[] bytes) {
            return "FROM_BASE64('" + Base64.getEncoder().encodeToString(bytes) + "')";
        }
        if (value instanceof Instant time) {
            return "TIMESTAMP_MICROS(" + ChronoUnit.MICROS.between(Instant.EPOCH, time) + ")";
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof java.time.LocalDate day) {
            return "DATE '" + day + "'";
        }
        return "'" + value.toString().replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
