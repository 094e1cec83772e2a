package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How long decisions took, in whole milliseconds, and how many requests were of no use. */
final class DecisionTimes {
    private static final int LONGEST_MS = 60_000;

    private final int[] counts = new int[LONGEST_MS + 1];
    private int decided;
    private int max;
    private int expired;
    private int undecided;
    private int lost;

    void decided(int ms, boolean tooLate) {
        counts[Math.max(0, Math.min(LONGEST_MS, ms))]++;
        decided++;
        max = Math.max(max, ms);
        expired += tooLate ? 1 : 0;
    }

    void undecided() {
        undecided++;
    }

    /** The broker did not take the request. */
    void lost() {
        lost++;
    }

    /** @return such that so many in ten thousand took no longer */
    int rank(int tenThousandths) {
        long upTo = (long) Math.ceil(decided * (tenThousandths / 10_000.0));
        long seen = 0;
        for (int ms = 0; ms <= LONGEST_MS; ms++) {
            seen += counts[ms];
            if (seen >= upTo && seen > 0) {
                return ms;
            }
        }
        return 0;
    }

    ObjectNode figures() {
        return Machine.JSON
                .createObjectNode()
                .put("requests", decided + undecided + lost)
                .put("p50_ms", rank(5_000))
                .put("p95_ms", rank(9_500))
                .put("p99_ms", rank(9_900))
                .put("p999_ms", rank(9_990))
                .put("max_ms", max)
                .put("expired", expired)
                .put("undecided", undecided);
    }
}
