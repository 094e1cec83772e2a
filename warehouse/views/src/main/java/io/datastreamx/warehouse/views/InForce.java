package io.datastreamx.warehouse.views;

import java.util.Optional;

/**
 * What merged views count: batch rows of a version up to its cut, live rows after it. Both stand in the views as
 * literals, because a boundary that is looked up keeps BigQuery from pruning partitions.
 *
 * @param version the batch version; empty before the first flip
 * @param cut last ingest batch that the version covers; -1 before the first flip
 */
public record InForce(Optional<String> version, long cut) {
    /** Before the first flip: everything is live. */
    public static final InForce NOTHING = new InForce(Optional.empty(), -1);

    public InForce {
        if (cut < -1 || version.isEmpty() != (cut == -1)) {
            throw new IllegalArgumentException("a version has a cut from 0 on, and no version has the cut -1: version "
                    + version.orElse("none") + ", cut " + cut);
        }
    }

    public static InForce of(String version, long cut) {
        return new InForce(Optional.of(version), cut);
    }
}
