package io.datastreamx.speed.dispatch;

import java.util.Locale;

/** How an aggregator answered; the lower-case name is the event's {@code outcome}. */
enum Outcome {
    FILL,
    NO_FILL,
    TIMEOUT,
    ERROR;

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it speaks against the aggregator's health; having no ad does not. */
    boolean failed() {
        return this == TIMEOUT || this == ERROR;
    }
}
