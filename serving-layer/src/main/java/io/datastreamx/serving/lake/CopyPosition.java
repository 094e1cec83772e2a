package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.serving.report.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What a copy holds.
 *
 * @param opportunities Delta version of {@code ad_opportunities} that belongs to the version in force; -1 without one.
 *     The version's name does not tell: it may be published again with other rows
 */
record CopyPosition(Position reported, long opportunities) {
    static final CopyPosition NOTHING = new CopyPosition(Position.NOTHING, -1);
    static final String COLUMNS =
            "ingest_batch BIGINT, cut BIGINT, version VARCHAR, minutes_from BIGINT, hours_from BIGINT, opportunities BIGINT";

    static CopyPosition of(ResultSet row) throws SQLException {
        return new CopyPosition(
                new Position(
                        row.getLong("ingest_batch"),
                        row.getLong("cut"),
                        Optional.ofNullable(row.getString("version")),
                        new Grains(day(row, "minutes_from"), day(row, "hours_from"))),
                row.getLong("opportunities"));
    }

    private static LocalDate day(ResultSet row, String column) throws SQLException {
        return LocalDate.ofEpochDay(row.getLong(column));
    }

    /** In the order of {@link #COLUMNS}; days since the epoch. */
    Object[] values() {
        return new Object[] {
            reported.ingestBatch(),
            reported.cut(),
            reported.version().orElse(null),
            reported.grains().minutesFrom().toEpochDay(),
            reported.grains().hoursFrom().toEpochDay(),
            opportunities
        };
    }
}
