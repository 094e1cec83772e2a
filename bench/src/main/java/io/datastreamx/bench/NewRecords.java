package io.datastreamx.bench;

import java.time.Instant;

/** The same records for several homes. */
record NewRecords(long seed, long records, Instant start) {
    Fleet fleet() {
        return new Fleet(seed, records, start, Fleet.dense(records));
    }
}
