package io.datastreamx.speed.edge;

/** A request that is not done, and what its sender is told. Carries no stack: bad input is not exceptional here. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private static final int NONE = -1;

    private final Outcome outcome;
    private final String field;
    private final int index;
    private final int retryAfterS;

    private RefusedException(Outcome outcome, String message, String field, int index, int retryAfterS) {
        super(message, null, false, false);
        this.outcome = outcome;
        this.field = field;
        this.index = index;
        this.retryAfterS = retryAfterS;
    }

    RefusedException(Outcome outcome, String message) {
        this(outcome, message, null, NONE, NONE);
    }

    /**
     * @param field at fault; null where it is the record as a whole
     * @param index of the record in its batch, from 0
     */
    static RefusedException record(Outcome outcome, String message, String field, int index) {
        return new RefusedException(outcome, message, field, index, NONE);
    }

    /** @param retryAfterS seconds after which the same may be sent again */
    static RefusedException later(Outcome outcome, String message, int retryAfterS) {
        return new RefusedException(outcome, message, null, NONE, retryAfterS);
    }

    Outcome outcome() {
        return outcome;
    }

    /** May be null. */
    String field() {
        return field;
    }

    /** Negative for none. */
    int index() {
        return index;
    }

    /** Negative for none. */
    int retryAfterS() {
        return retryAfterS;
    }
}
