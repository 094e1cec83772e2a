package io.datastreamx.serving.replica;

import java.util.Optional;

/**
 * What one reading covers: batch rows of the version in force, which count the ingest batches up to the cut, and live rows of the complete batches after it.
 *
 * @param ingestBatch last complete ingest batch; -1 while there is none
 * @param cut last ingest batch that the version in force covers; -1 without a version
 * @param version the batch version in force; empty before the first flip
 * @param rollups DuckDB table of that version's rollups; empty without a version
 * @param live DuckDB table of live rows; holds rows of complete batches only, and all of them after the cut
 */
public record Position(long ingestBatch, long cut, Optional<String> version, Optional<String> rollups, String live) {
    static final String FIRST_LIVE = "live_0";
    static final Position NOTHING = new Position(-1, -1, Optional.empty(), Optional.empty(), FIRST_LIVE);

    public Position {
        if (cut > ingestBatch) {
            throw new IllegalArgumentException("the cut " + cut + " lies after the position " + ingestBatch
                    + ": a version comes into force only when every batch that it covers is in the ledger");
        }
    }
}
