package io.datastreamx.speed.ingest;

import java.util.Set;

/** Topics were made anew, or the broker is another one: offsets that were planned mean nothing any more. */
final class LogReplacedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    LogReplacedException(Set<String> topics) {
        super("these topics are not the ones that were read so far, but new ones of the same name: " + topics
                + "; ingest reads them from their beginning, after what the ledger holds");
    }
}
