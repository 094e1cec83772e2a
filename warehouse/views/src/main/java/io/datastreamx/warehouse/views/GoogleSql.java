package io.datastreamx.warehouse.views;

import io.datastreamx.contract.table.ColumnType;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Pieces of GoogleSQL text. */
final class GoogleSql {
    /** Words of the language that are names of ours. */
    private static final Set<String> RESERVED = Set.of("partition", "rollup");

    private GoogleSql() {}

    /** A column's name, quoted where it is a word of the language. */
    static String name(String column) {
        return RESERVED.contains(column) ? "`" + column + "`" : column;
    }

    static String names(List<String> columns) {
        return String.join(", ", columns.stream().map(GoogleSql::name).toList());
    }

    /** A literal. */
    static String date(LocalDate day) {
        return "DATE '" + day + "'";
    }

    /** A string literal. */
    static String text(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }

    /**
     * The type of a column, with the descriptions of nested ones. Nothing is NOT NULL: load jobs refuse Spark's
     * nullable columns there.
     */
    static String type(ColumnType type) {
        if (type instanceof ColumnType.Structs structs) {
            return structs.fields().stream()
                    .map(field -> name(field.name()) + " " + type(field.type()) + described(field.meaning()))
                    .collect(Collectors.joining(",\n    ", "ARRAY<STRUCT<\n    ", ">>"));
        }
        return switch ((ColumnType.Primitive) type) {
            case STRING -> "STRING";
            case LONG, INT -> "INT64";
            case DOUBLE -> "FLOAT64";
            case BOOLEAN -> "BOOL";
            case TIMESTAMP -> "TIMESTAMP";
            case BINARY -> "BYTES";
        };
    }

    static String described(String meaning) {
        return " OPTIONS(description = " + text(meaning) + ")";
    }
}
