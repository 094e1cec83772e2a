package io.datastreamx.cli.stack;

import io.datastreamx.process.Explained;

/** {@code run/state.json} is not what a stack leaves there; the data of the home is not touched by it. */
final class DamagedStateException extends IllegalStateException implements Explained {
    private static final long serialVersionUID = 1L;

    DamagedStateException(Home home, Exception why) {
        super(
                home.state() + " is damaged ("
                        + why.getMessage().lines().findFirst().orElse("") + "); no data is. Run dsx recover --home "
                        + home.dir() + ": it sets the file aside and writes it anew",
                why);
    }
}
