package io.datastreamx.warehouse.views;

import java.util.Locale;

/** To what minutes are rolled up when a report is read. */
public enum Grain {
    MINUTE("minute"),
    HOUR("TIMESTAMP_TRUNC(minute, HOUR, 'UTC')"),
    /** The column {@code day} itself. */
    DAY("");

    private final String sql;

    Grain(String sql) {
        this.sql = sql;
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The time's expression over merged rows; empty for the day, which every report shows anyway. */
    String sql() {
        return sql;
    }
}
