package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.Grains;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer and the part of the log that it counts.
 *
 * @param ingestBatch last ingest batch covered: the copy's position, or the cut where only batch rows were read
 * @param offsets end offset (exclusive) of that batch by {@code topic-partition}
 * @param cut last batch that the version in force covers; -1 without one
 * @param version the version in force
 * @param source {@code rollup <name>} or {@code events}
 * @param grains by which the version keeps rollups
 * @param columns of the rows, in order
 * @param rows values by column: text, {@code Long}, {@code Double} or null
 */
public record Report(
        long ingestBatch,
        Map<String, Long> offsets,
        long cut,
        Optional<String> version,
        View view,
        String source,
        Grains grains,
        List<String> columns,
        List<Map<String, Object>> rows) {}
