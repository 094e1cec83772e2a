package io.datastreamx.cli.stack;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a process has ended by itself so far, which tells one that died once from one that restarts in a loop.
 *
 * @param neverReady lives in a row that ended before the process said that it serves
 * @param lately when the last ones ended, oldest first; at most {@value #A_LOOP}
 * @param lastError why the last one ended; null before the first end
 */
record Ends(int neverReady, List<Instant> lately, String lastError) {
    static final Ends NONE = new Ends(0, List.of(), null);

    /** So many lives in a row that never served are a loop. */
    static final int NEVER_READY = 3;

    /** So many ends within {@link #SHORT} are a loop, whatever the process said in between. */
    static final int A_LOOP = 5;

    static final Duration SHORT = Duration.ofMinutes(5);

    Ends {
        lately = lately == null ? List.of() : List.copyOf(lately);
    }

    Ends with(Instant end, boolean wasReady, String error) {
        List<Instant> ends = new ArrayList<>(lately);
        ends.add(end);
        return new Ends(
                wasReady ? 0 : neverReady + 1, ends.subList(Math.max(0, ends.size() - A_LOOP), ends.size()), error);
    }

    /** The process has said that it serves. */
    Ends served() {
        return new Ends(0, lately, lastError);
    }

    /** Whether the process restarts in a loop, as seen now. */
    boolean isLoop(Instant now) {
        return neverReady >= NEVER_READY
                || lately.size() == A_LOOP && lately.get(0).isAfter(now.minus(SHORT));
    }
}
