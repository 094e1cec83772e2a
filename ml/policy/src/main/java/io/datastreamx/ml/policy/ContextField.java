package io.datastreamx.ml.policy;

import java.time.Instant;

/** What of an ad opportunity the models look at, with the name it has in a feature token. */
enum ContextField {
    CHANNEL("ch"),
    PREVIOUS_CHANNEL("prev"),
    LAST_AD("last"),
    REGION("reg"),
    DEVICE_MODEL("dev"),
    HOUR("hour"),
    FLOOR("floor");

    private static final ContextField[] ALL = values();
    private static final String[] NUMBERS = new String[128];

    static {
        for (int number = 0; number < NUMBERS.length; number++) {
            NUMBERS[number] = Integer.toString(number);
        }
    }

    private final String token;

    ContextField(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    /** The value as text; empty where the context has none, which is a value of its own to the models. */
    String valueIn(AdSlot slot) {
        String value =
                switch (this) {
                    case CHANNEL -> slot.context().channelId();
                    case PREVIOUS_CHANNEL -> slot.context().previousChannelId();
                    case LAST_AD -> slot.context().lastAdId();
                    case REGION -> slot.context().region();
                    case DEVICE_MODEL -> slot.context().deviceModel();
                    case HOUR -> NUMBERS[hour(slot.time())];
                    case FLOOR -> NUMBERS[floorStep(slot.bidFloorMicros())];
                };
        return value == null ? "" : value;
    }

    /** Of all fields, in their order. */
    static String[] valuesIn(AdSlot slot) {
        String[] values = new String[ALL.length];
        for (int i = 0; i < ALL.length; i++) {
            values[i] = ALL[i].valueIn(slot);
        }
        return values;
    }

    static int hour(Instant time) {
        return (int) Math.floorMod(Math.floorDiv(time.getEpochSecond(), 3_600L), 24L);
    }

    /**
     * Floors in steps of half an octave: 0 is none, and each step is 1.41 times the one before. Two per octave tell
     * floors apart as finely as prices within an aggregator scatter, and leave enough of each to learn from.
     */
    static int floorStep(long floorMicros) {
        if (floorMicros <= 0) {
            return 0;
        }
        int octave = 63 - Long.numberOfLeadingZeros(floorMicros);
        // Whether the square of what is above the octave reaches two: in whole numbers, the same on every machine.
        double mantissa = floorMicros / (double) (1L << octave);
        return 1 + 2 * octave + (mantissa * mantissa >= 2 ? 1 : 0);
    }

    static ContextField ofToken(String token) {
        for (ContextField field : ALL) {
            if (field.token.equals(token)) {
                return field;
            }
        }
        throw new IllegalArgumentException("no context field is called '" + token + "' in feature tokens");
    }
}
