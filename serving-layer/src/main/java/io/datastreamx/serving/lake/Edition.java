package io.datastreamx.serving.lake;

import java.sql.SQLException;
import java.util.List;

/** Which edition of this program a copy's file is of: its number, and the columns of its rows. */
final class Edition {
    /** Grows when another edition would misread the file. */
    private static final int NUMBER = 1;

    private Edition() {}

    static void write(Writer writer) throws SQLException {
        writer.execute("CREATE TABLE edition (number INTEGER, columns VARCHAR)");
        writer.execute("INSERT INTO edition VALUES (?, ?)", NUMBER, StoredColumns.definition());
    }

    /** @throws SQLException where it is not this one */
    static void check(Writer writer) throws SQLException {
        if (writer.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'edition'") == 0
                || !writer.rows("SELECT number, columns FROM edition", row -> List.of(row.getInt(1), row.getString(2)))
                        .equals(List.of(List.of(NUMBER, StoredColumns.definition())))) {
            throw new SQLException("it was written by another edition of this program");
        }
    }
}
