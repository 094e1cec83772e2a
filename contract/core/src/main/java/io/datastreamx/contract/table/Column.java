package io.datastreamx.contract.table;

/**
 * One column of a table.
 *
 * @param name its name in every engine
 * @param type its type
 * @param nullable whether null is a value
 * @param meaning one line for table descriptions and the glossary
 */
public record Column(String name, ColumnType type, boolean nullable, String meaning) {
    static Column required(String name, ColumnType type, String meaning) {
        return new Column(name, type, false, meaning);
    }

    static Column optional(String name, ColumnType type, String meaning) {
        return new Column(name, type, true, meaning);
    }
}
