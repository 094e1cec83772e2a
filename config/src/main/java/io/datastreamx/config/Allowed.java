package io.datastreamx.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a setting may be. Every refusal names the setting in full, its value and what is allowed. */
final class Allowed {
    private Allowed() {}

    static void range(String setting, long value, long min, long max) {
        if (value < min || value > max) {
            throw refused(setting, Long.toString(value), "must be from %d to %d".formatted(min, max));
        }
    }

    static void atLeast(String setting, long value, long min) {
        if (value < min) {
            throw refused(setting, Long.toString(value), "must be at least " + min);
        }
    }

    /** A share between two others, both inclusive. */
    static void share(String setting, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw refused(setting, Double.toString(value), "must be from %s to %s".formatted(min, max));
        }
    }

    static void above(String setting, double value, double limit) {
        if (!(value > limit) || Double.isInfinite(value)) {
            throw refused(setting, Double.toString(value), "must be above " + limit);
        }
    }

    static void atLeast(String setting, Duration value, Duration min) {
        if (value.compareTo(min) < 0) {
            throw refused(setting, text(value), "must be at least " + text(min));
        }
    }

    static void notNegative(String setting, Duration value) {
        if (value.isNegative()) {
            throw refused(setting, text(value), "must not be negative");
        }
    }

    static void given(String setting, String value) {
        if (value.isBlank()) {
            throw new SettingsException(setting + " is empty; it must be given");
        }
    }

    static void matching(String setting, String value, String pattern, String described) {
        if (!value.matches(pattern)) {
            throw refused(setting, "'" + value + "'", "must be " + described);
        }
    }

    /** A Hadoop URI, such as {@code gs://bucket/folder}. */
    static void uri(String setting, String value) {
        matching(setting, value, "[a-z][a-z0-9+.-]*:/.*", "a Hadoop URI, such as file:///folder or gs://bucket/folder");
    }

    /** The constant that is written so: lower case with dashes. */
    static <E extends Enum<E>> E oneOf(String setting, String value, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> Words.of(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> refused(
                        setting,
                        "'" + value + "'",
                        "must be "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Words::of)
                                        .collect(Collectors.joining(" or "))));
    }

    private static SettingsException refused(String setting, String value, String allowed) {
        return new SettingsException(setting + " is " + value + "; it " + allowed);
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
