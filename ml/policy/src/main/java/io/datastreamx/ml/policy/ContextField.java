package io.datastreamx.ml.policy;

import java.time.Instant;
import java.util.List;

/**
 * What of an ad opportunity the models look at, with the name it has in a feature token: single values, and behind them
 * the crosses, which are two of them at once.
 */
enum ContextField {
    CHANNEL("ch"),
    PREVIOUS_CHANNEL("prev"),
    LAST_AD("last"),
    REGION("reg"),
    DEVICE_MODEL("dev"),
    HOUR("hour"),
    FLOOR("floor"),
    CHANNEL_REGION(CHANNEL, REGION),
    CHANNEL_DEVICE_MODEL(CHANNEL, DEVICE_MODEL),
    CHANNEL_HOUR(CHANNEL, HOUR),
    REGION_DEVICE_MODEL(REGION, DEVICE_MODEL),
    REGION_HOUR(REGION, HOUR),
    DEVICE_MODEL_HOUR(DEVICE_MODEL, HOUR);

    private static final char AND = '|';
    private static final ContextField[] ALL = values();
    /** So many are single values. */
    private static final int SINGLE = FLOOR.ordinal() + 1;

    private static final String[] NUMBERS = new String[128];

    static {
        for (int number = 0; number < NUMBERS.length; number++) {
            NUMBERS[number] = Integer.toString(number);
        }
    }

    private final String token;
    private final ContextField first;
    private final ContextField second;

    ContextField(String token) {
        this.token = token;
        this.first = null;
        this.second = null;
    }

    ContextField(ContextField first, ContextField second) {
        this.token = first.token + AND + second.token;
        this.first = first;
        this.second = second;
    }

    /** As feature tokens call it. */
    String token() {
        return token;
    }

    boolean isCross() {
        return first != null;
    }

    /** As part of a feature token: {@code ch=news}, {@code ch=news|reg=north}. @param value as {@link #valueIn} */
    String token(String value) {
        if (!isCross()) {
            return token + "=" + FeatureToken.escape(value);
        }
        int and = value.indexOf(AND);
        return first.token + "=" + value.substring(0, and) + AND + second.token + "=" + value.substring(and + 1);
    }

    /**
     * The value as text; empty where the context has none, which is a value of its own to the models. That of a cross
     * is both values, each as tokens write it.
     */
    String valueIn(AdSlot slot) {
        if (isCross()) {
            return FeatureToken.escape(first.valueIn(slot)) + AND + FeatureToken.escape(second.valueIn(slot));
        }
        String value =
                switch (this) {
                    case CHANNEL -> slot.context().channelId();
                    case PREVIOUS_CHANNEL -> slot.context().previousChannelId();
                    case LAST_AD -> slot.context().lastAdId();
                    case REGION -> slot.context().region();
                    case DEVICE_MODEL -> slot.context().deviceModel();
                    case HOUR -> NUMBERS[hour(slot.time())];
                    case FLOOR -> NUMBERS[floorStep(slot.bidFloorMicros())];
                    default -> throw new IllegalStateException(this + " is a cross");
                };
        return value == null ? "" : value;
    }

    /** Of all single fields, in their order, and of the crosses behind them. */
    static String[] valuesIn(AdSlot slot, boolean crossed) {
        String[] values = new String[crossed ? ALL.length : SINGLE];
        for (int i = 0; i < values.length; i++) {
            values[i] = ALL[i].valueIn(slot);
        }
        return values;
    }

    /** Those that are single values. */
    static List<ContextField> single() {
        return List.of(ALL).subList(0, SINGLE);
    }

    /** Those that are two at once. */
    static List<ContextField> crosses() {
        return List.of(ALL).subList(SINGLE, ALL.length);
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
