package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;

/** Markup that cannot be played. */
final class MarkupException extends Exception {
    private static final long serialVersionUID = 1;

    private final ResponseReason reason;

    /** @param detail what was found; null where the reason says it all */
    MarkupException(ResponseReason reason, String detail) {
        // Without a stack trace: there may be thousands a second.
        super(detail, null, false, false);
        this.reason = reason;
    }

    ResponseReason reason() {
        return reason;
    }
}
