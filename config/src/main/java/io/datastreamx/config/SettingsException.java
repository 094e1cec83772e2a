package io.datastreamx.config;

import io.datastreamx.process.Explained;

/** A setting that is missing, unknown or out of range; the message names it, its value and what is allowed. */
public final class SettingsException extends IllegalArgumentException implements Explained {
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }

    SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
