package io.datastreamx.serving.report;

/** What the ledger says about all complete batches; {@code batches} counts its rows, the others records. */
public record LedgerTotals(long batches, long read, long accepted, long duplicate, long quarantined) {}
