package io.datastreamx.contract.event;

/** Why a record was refused. The lower-case name is what the dead-letter table, the API and the command line show. */
public enum ReasonCode implements Coded {
    /** The record has no bytes (a Kafka tombstone). */
    EMPTY,
    /** Larger than {@link EventValidator#MAX_RECORD_BYTES}. */
    TOO_LARGE,
    /** The bytes are not UTF-8. */
    INVALID_UTF8,
    /** Not one well-formed JSON value: syntax error, or bytes after the value. */
    MALFORMED_JSON,
    /** The same key twice in one object, at any depth. */
    DUPLICATE_KEY,
    /** Well-formed JSON, but not an object. */
    NOT_AN_OBJECT,
    /** A required field is absent or null. */
    MISSING_FIELD,
    /** A field holds another JSON type than the contract says. */
    WRONG_TYPE,
    /**
     * The right JSON type, but not an allowed value: a negative price, a time that is not ISO-8601 UTC, an unknown
     * outcome.
     */
    INVALID_VALUE,
    /** {@code event_type} is not one the contract knows. */
    UNKNOWN_EVENT_TYPE,
    /** A known {@code event_type} on a topic that does not carry it. */
    WRONG_TOPIC,
    /** A currency other than the configured one: sums of money would mix units. */
    UNSUPPORTED_CURRENCY
}
