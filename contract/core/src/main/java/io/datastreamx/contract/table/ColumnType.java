package io.datastreamx.contract.table;

import java.util.List;

/** Column types of the lake's tables, free of any engine. */
public sealed interface ColumnType {
    enum Primitive implements ColumnType {
        STRING,
        LONG,
        INT,
        DOUBLE,
        BOOLEAN,
        /** Microseconds since the epoch, UTC. */
        TIMESTAMP,
        BINARY
    }

    /** An array of structs. */
    record Structs(List<Column> fields) implements ColumnType {}
}
