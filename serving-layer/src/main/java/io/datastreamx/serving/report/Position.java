package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.Grains;
import java.util.Optional;

/**
 * The part of the log that answers count: batch rows of the version in force up to the cut, live rows of the complete
 * ingest batches after it.
 *
 * @param ingestBatch last complete ingest batch; -1 while there is none
 * @param cut last ingest batch that the version in force covers; -1 without a version
 * @param version the batch version in force; empty before the first flip
 * @param grains by which it keeps rollups
 */
public record Position(long ingestBatch, long cut, Optional<String> version, Grains grains) {
    public static final Position NOTHING = new Position(-1, -1, Optional.empty(), Grains.MINUTES);

    public Position {
        if (cut > ingestBatch) {
            throw new IllegalArgumentException("the cut " + cut + " lies after the position " + ingestBatch
                    + ": a version comes into force only when every batch that it covers is in the ledger");
        }
    }
}
