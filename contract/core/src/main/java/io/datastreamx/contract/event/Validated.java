package io.datastreamx.contract.event;

/** The outcome of validating one record. */
public sealed interface Validated {
    record Accepted(Event event) implements Validated {}

    record Rejected(Rejection rejection) implements Validated {}
}
