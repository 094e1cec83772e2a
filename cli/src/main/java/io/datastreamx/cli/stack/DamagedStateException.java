package io.datastreamx.cli.stack;

import io.datastreamx.process.Explained;

/** {@code run/state.json} is not what a stack leaves there; the data of the home is not touched by it. */
final class DamagedStateException extends IllegalStateException implements Explained {
    private static final long serialVersionUID = 1L;

    private final String reason;

    DamagedStateException(Home home, String reason, Exception why) {
        super(
                home.state() + " is damaged (" + reason + "); no data is. Run dsx recover --home " + home.dir()
                        + ": it sets the file aside and writes it anew",
                why);
        this.reason = reason;
    }

    /** What is wrong with the file. */
    String reason() {
        return reason;
    }
}
