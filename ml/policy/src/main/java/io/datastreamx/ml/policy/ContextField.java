package io.datastreamx.ml.policy;

import io.datastreamx.contract.event.Context;
import java.time.Instant;

/** What of an ad opportunity the models look at, with the name it has in a feature token. */
enum ContextField {
    CHANNEL("ch"),
    PREVIOUS_CHANNEL("prev"),
    LAST_AD("last"),
    REGION("reg"),
    DEVICE_MODEL("dev"),
    HOUR("hour");

    private static final ContextField[] ALL = values();
    private static final String[] HOURS = new String[24];

    static {
        for (int hour = 0; hour < HOURS.length; hour++) {
            HOURS[hour] = Integer.toString(hour);
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
    String valueIn(Context context, Instant time) {
        String value =
                switch (this) {
                    case CHANNEL -> context.channelId();
                    case PREVIOUS_CHANNEL -> context.previousChannelId();
                    case LAST_AD -> context.lastAdId();
                    case REGION -> context.region();
                    case DEVICE_MODEL -> context.deviceModel();
                    case HOUR -> HOURS[(int) Math.floorMod(Math.floorDiv(time.getEpochSecond(), 3_600L), 24L)];
                };
        return value == null ? "" : value;
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
