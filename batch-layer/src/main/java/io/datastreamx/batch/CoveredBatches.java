package io.datastreamx.batch;

import io.datastreamx.lake.Lake;
import java.nio.charset.StandardCharsets;

/** Up to which ingest batch live rows may be gone. A version that covers less can not come into force again. */
final class CoveredBatches {
    private final Lake lake;

    CoveredBatches(Lake lake) {
        this.lake = lake;
    }

    /** -1 where all are there. */
    long last() {
        String uri = lake.coveredBatchesUri();
        return lake.files().exists(uri)
                ? Long.parseLong(new String(lake.files().read(uri), StandardCharsets.UTF_8).strip())
                : -1;
    }

    /** To be called before live rows are deleted. */
    void raise(long batch) {
        if (batch > last()) {
            lake.files().write(lake.coveredBatchesUri(), (batch + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
