package io.datastreamx.contract.event;

/**
 * One field of an event.
 *
 * @param name the JSON name, which is also the column of the raw log
 * @param type what it may hold
 * @param required whether a record without it (or with null) is refused
 * @param meaning one line for schemas, table descriptions and the glossary
 */
public record Field(String name, FieldType type, boolean required, String meaning) {
    static Field required(String name, FieldType type, String meaning) {
        return new Field(name, type, true, meaning);
    }

    static Field optional(String name, FieldType type, String meaning) {
        return new Field(name, type, false, meaning);
    }
}
