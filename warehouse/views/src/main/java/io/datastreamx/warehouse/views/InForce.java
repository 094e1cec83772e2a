package io.datastreamx.warehouse.views;

import io.datastreamx.contract.measure.Grains;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * What merged views count: batch rows of a version up to its cut, live rows after it. Both stand in the views as
 * literals, because a boundary that is looked up keeps BigQuery from pruning partitions.
 *
 * @param version the batch version; empty before the first flip
 * @param cut last ingest batch that the version covers; -1 before the first flip
 * @param grains by which it keeps rollups
 */
public record InForce(Optional<String> version, long cut, Grains grains) {
    /** Before the first flip: everything is live. */
    public static final InForce NOTHING = new InForce(Optional.empty(), -1, Grains.MINUTES);

    public InForce {
        if (cut < -1 || version.isEmpty() != (cut == -1)) {
            throw new IllegalArgumentException("a version has a cut from 0 on, and no version has the cut -1: version "
                    + version.orElse("none") + ", cut " + cut);
        }
    }

    /** Of a version that keeps all rollups by the minute. */
    public static InForce of(String version, long cut) {
        return of(version, cut, Grains.MINUTES);
    }

    /** @param row of the view {@link MergedViews#POSITION}, as BigQuery's API tells it: days are text */
    public static InForce ofPosition(Map<String, Object> row) {
        return new InForce(
                Optional.ofNullable((String) row.get("version")),
                (Long) row.get("cut"),
                new Grains(day(row, MergedViews.MINUTES_FROM), day(row, MergedViews.HOURS_FROM)));
    }

    private static LocalDate day(Map<String, Object> row, String column) {
        return row.get(column) == null ? LocalDate.MIN : LocalDate.parse((String) row.get(column));
    }

    public static InForce of(String version, long cut, Grains grains) {
        return new InForce(Optional.of(version), cut, grains);
    }
}
