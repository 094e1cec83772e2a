package io.datastreamx.speed.ingest;

import io.datastreamx.process.CannotRunException;

/** A file of the checkpoint is not what it must be. The ledger holds all that is needed to go on without it. */
final class DamagedCheckpointException extends CannotRunException {
    private static final long serialVersionUID = 1L;

    private DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }

    static DamagedCheckpointException of(String file, Throwable cause) {
        return new DamagedCheckpointException(
                "the checkpoint file " + file
                        + " is damaged; nothing of the lake is. Run `dsx recover`: it sets the checkpoint aside, and ingest goes on where the ledger ends",
                cause);
    }
}
