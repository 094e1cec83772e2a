package io.datastreamx.warehouse.views;

import java.time.LocalDate;

/** How a table is cut into partitions. A query of any of them must name the partition column in its filter. */
public sealed interface Partitioning {
    String column();

    String clause();

    /** By day of event time; a partition leaves BigQuery when its day is {@link #KEPT_DAYS} old. The lake keeps it. */
    record ByDay() implements Partitioning {
        /** Thirteen months, so that a month can be compared with the same one a year before. */
        static final int KEPT_DAYS = 400;

        /** The oldest day that has not left BigQuery yet. */
        public static LocalDate first(LocalDate today) {
            return today.minusDays(KEPT_DAYS - 1L);
        }

        @Override
        public String column() {
            return "day";
        }

        @Override
        public String clause() {
            return "PARTITION BY day";
        }
    }

    /**
     * By ingest batch, the position in the log: the boundary of a merged view, {@code ingest_batch > 42}, is then
     * itself what prunes, and exact however late an event is. BigQuery allows 10,000 partitions; batches beyond
     * {@link #END} are still counted, but land in one partition that nothing prunes.
     */
    record ByBatch() implements Partitioning {
        /** Not quite three hours at a batch a second. */
        static final long WIDTH = 10_000;

        static final long END = 90_000_000;

        @Override
        public String column() {
            return "ingest_batch";
        }

        @Override
        public String clause() {
            return "PARTITION BY RANGE_BUCKET(ingest_batch, GENERATE_ARRAY(0, " + END + ", " + WIDTH + "))";
        }
    }
}
