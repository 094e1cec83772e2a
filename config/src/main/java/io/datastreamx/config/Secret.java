package io.datastreamx.config;

/** A value that is never printed; empty where there is none. */
public record Secret(String value) {
    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "(none)" : "(secret)";
    }
}
