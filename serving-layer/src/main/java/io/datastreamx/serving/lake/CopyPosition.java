package io.datastreamx.serving.lake;

import io.datastreamx.serving.report.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a copy holds.
 *
 * @param opportunities Delta version of {@code ad_opportunities} that belongs to the version in force; -1 without one.
 *     The version's name does not tell: it may be published again with other rows
 */
record CopyPosition(Position reported, long opportunities) {
    static final CopyPosition NOTHING = new CopyPosition(Position.NOTHING, -1);
    static final String COLUMNS = "ingest_batch BIGINT, cut BIGINT, version VARCHAR, opportunities BIGINT";

    static CopyPosition of(ResultSet row) throws SQLException {
        return new CopyPosition(
                new Position(
                        row.getLong("ingest_batch"), row.getLong("cut"), Optional.ofNullable(row.getString("version"))),
                row.getLong("opportunities"));
    }
}
