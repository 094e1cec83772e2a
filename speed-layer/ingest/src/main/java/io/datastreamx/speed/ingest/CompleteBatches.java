package io.datastreamx.speed.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which ingest batches count, as runs of numbers: small enough to travel with every task. Batches that were begun and
 * never completed have left rows in the raw log that nobody may read.
 */
final class CompleteBatches implements Serializable {
    private static final long serialVersionUID = 1L;

    /** First and last of each run, in order. */
    private final long[] firsts;

    private final long[] lasts;

    private CompleteBatches(long[] firsts, long[] lasts) {
        this.firsts = firsts;
        this.lasts = lasts;
    }

    /** @param batches in order, each once */
    static CompleteBatches of(List<Long> batches) {
        List<long[]> runs = new ArrayList<>();
        for (long batch : batches) {
            if (!runs.isEmpty() && runs.get(runs.size() - 1)[1] == batch - 1) {
                runs.get(runs.size() - 1)[1] = batch;
            } else {
                runs.add(new long[] {batch, batch});
            }
        }
        return new CompleteBatches(
                runs.stream().mapToLong(run -> run[0]).toArray(),
                runs.stream().mapToLong(run -> run[1]).toArray());
    }

    /** These, and another that is later than all of them. */
    CompleteBatches with(long batch) {
        int runs = firsts.length;
        if (runs > 0 && lasts[runs - 1] == batch - 1) {
            long[] longer = lasts.clone();
            longer[runs - 1] = batch;
            return new CompleteBatches(firsts, longer);
        }
        long[] moreFirsts = Arrays.copyOf(firsts, runs + 1);
        long[] moreLasts = Arrays.copyOf(lasts, runs + 1);
        moreFirsts[runs] = batch;
        moreLasts[runs] = batch;
        return new CompleteBatches(moreFirsts, moreLasts);
    }

    boolean contains(long batch) {
        int at = Arrays.binarySearch(firsts, batch);
        int run = at >= 0 ? at : -at - 2;
        return run >= 0 && batch <= lasts[run];
    }

    boolean isEmpty() {
        return firsts.length == 0;
    }
}
