package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.ReportQuery;
import java.util.ArrayList;
import java.util.List;

/** Rows of one rollup: the batch version's up to the cut, live ones after it. */
final class RollupSource {
    private final Rollup rollup;

    RollupSource(Rollup rollup) {
        this.rollup = rollup;
    }

    /** @param columns to select; {@code minute}, dimensions of the rollup, sums, the sketch */
    Sql select(ReportQuery query, Position position, List<String> columns) {
        Sql ofRollup = Sql.of(Rollup.COLUMN + " = " + rollup.ordinal());
        String select = "SELECT " + String.join(", ", columns) + " FROM ";
        List<Sql> parts = new ArrayList<>();
        if (query.view().readsBatch() && position.version().isPresent()) {
            parts.add(Sql.of(select + "rollups").then(Sql.filter(query, List.of(ofRollup))));
        }
        if (query.view().readsLive()) {
            parts.add(Sql.of(select + "live")
                    .then(Sql.filter(query, List.of(Sql.of("ingest_batch > ?", position.cut()), ofRollup))));
        }
        return parts.isEmpty() ? Sql.of(select + "live WHERE false") : Sql.join(" UNION ALL ", parts);
    }
}
