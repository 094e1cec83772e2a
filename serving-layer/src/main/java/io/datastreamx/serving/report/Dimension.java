package io.datastreamx.serving.report;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.measure.Grain;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a report can be grouped by: a column of the context or of the aggregator's answer, or a grain of the event time.
 */
public enum Dimension {
    AGGREGATOR("aggregator_id", "aggregator"),
    CHANNEL(Context.CHANNEL_ID, "channel"),
    PREVIOUS_CHANNEL(Context.PREVIOUS_CHANNEL_ID, "previous_channel"),
    REGION(Context.REGION, "region"),
    DEVICE_MODEL(Context.DEVICE_MODEL, "device_model"),
    AD("ad_id", "ad"),
    LAST_AD(Context.LAST_AD_ID, "last_ad"),
    /** Why an aggregator's answer ended so. */
    REASON("reason", "reason"),
    MINUTE(Grain.MINUTE),
    HOUR(Grain.HOUR),
    DAY(Grain.DAY);

    private final String column;
    private final String shortName;
    private final Optional<Grain> grain;

    Dimension(String column, String shortName) {
        this.column = column;
        this.shortName = shortName;
        this.grain = Optional.empty();
    }

    Dimension(Grain grain) {
        this.column = grain.id();
        this.shortName = grain.id();
        this.grain = Optional.of(grain);
    }

    public String column() {
        return column;
    }

    String shortName() {
        return shortName;
    }

    public boolean isTime() {
        return grain.isPresent();
    }

    /** Empty where it is no time. */
    public Optional<Grain> grain() {
        return grain;
    }

    /**
     * True of the columns of aggregator, ad and reason, which belong to what followed a request and not to the request.
     */
    public boolean isOfFact() {
        return this == AGGREGATOR || this == AD || this == REASON;
    }

    public static Optional<Dimension> named(String name) {
        return Arrays.stream(values())
                .filter(d -> d.column.equals(name) || d.shortName.equals(name))
                .findFirst();
    }

    static String allowed(boolean withTime) {
        return Arrays.stream(values())
                .filter(d -> withTime || !d.isTime())
                .map(d -> d.shortName)
                .collect(Collectors.joining(", "));
    }

    public static List<Dimension> ofContextAndFact() {
        return Arrays.stream(values()).filter(d -> !d.isTime()).toList();
    }
}
