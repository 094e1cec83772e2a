package io.datastreamx.contract.event;

/** An event that was not written, since every reader would refuse it. Nothing has left the process. */
public final class InvalidEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Rejection rejection;

    InvalidEventException(EventType type, Rejection rejection) {
        super("not written: a " + type.wireName() + " that readers would refuse as "
                + rejection.reason().code() + " (" + rejection.detail() + ")");
        this.rejection = rejection;
    }

    /** What {@link EventValidator} would say of the record. */
    public Rejection rejection() {
        return rejection;
    }
}
