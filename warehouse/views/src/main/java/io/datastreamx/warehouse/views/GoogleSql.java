package io.datastreamx.warehouse.views;

import io.datastreamx.contract.table.ColumnType;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Pieces of GoogleSQL text. */
final class GoogleSql {
    /**
     * The reserved words of the language, which name nothing unless quoted: GoogleSQL's lexical structure, "Reserved
     * keywords".
     */
    private static final Set<String> RESERVED = Set.of("""
            all and any array as asc assert_rows_modified at between by case cast collate contains create cross
            cube current default define desc distinct else end enum escape except exclude exists extract false
            fetch following for from full group grouping groups hash having if ignore in inner intersect
            interval into is join lateral left like limit lookup merge natural new no not null nulls of on or
            order outer over partition preceding proto qualify range recursive respect right rollup rows select
            set some struct tablesample then to treat true unbounded union unnest using when where window with
            within
            """.strip().split("\\s+"));

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
