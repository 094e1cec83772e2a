package io.datastreamx.contract.event;

/** Leaves a parse or a write at the first fault; carries no stack, since bad input is not exceptional here. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Rejection rejection;

    Refused(ReasonCode reason, String detail) {
        super(detail, null, false, false);
        this.rejection = new Rejection(reason, detail);
    }

    /** The same, said of a field of an object that is not the event itself. */
    Refused within(String object) {
        return new Refused(rejection.reason(), object + "." + rejection.detail());
    }

    Rejection rejection() {
        return rejection;
    }
}
