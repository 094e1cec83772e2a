package io.datastreamx.serving.report;

/**
 * What the ledger says about all complete batches; {@code batches} counts its rows, {@code absent} and {@code lost}
 * offsets, the others records.
 */
public record LedgerTotals(
        long batches,
        long read,
        long accepted,
        long duplicate,
        long quarantined,
        long reusedIds,
        long absent,
        long lost) {
    /** The ledger's columns, in the order of the components after {@code batches}. */
    public static final java.util.List<String> COLUMNS =
            java.util.List.of("records_read", "accepted", "duplicate", "quarantined", "reused_ids", "absent", "lost");
}
