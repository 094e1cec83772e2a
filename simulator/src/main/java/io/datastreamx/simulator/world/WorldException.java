package io.datastreamx.simulator.world;

/** A world file that cannot be used; the message names the file, the field and what is allowed there. */
public final class WorldException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    WorldException(String message) {
        super(message);
    }
}
