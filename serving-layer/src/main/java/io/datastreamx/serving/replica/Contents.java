package io.datastreamx.serving.replica;

import io.datastreamx.serving.report.Position;
import java.util.Optional;

/**
 * What of the copy counts.
 *
 * @param position how far it reaches
 * @param rollups DuckDB table of the rollups of the version in force; empty without a version
 * @param live DuckDB table of live rows; holds rows of complete batches only, and all of them after the cut
 */
record Contents(Position position, Optional<String> rollups, String live) {
    static final String FIRST_LIVE = "live_0";
    static final Contents NOTHING = new Contents(Position.NOTHING, Optional.empty(), FIRST_LIVE);
}
