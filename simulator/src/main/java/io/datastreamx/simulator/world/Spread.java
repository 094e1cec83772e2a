package io.datastreamx.simulator.world;

/**
 * How far the values of the context bend one quantity: standard deviations of normal effects, one drawn for each
 * aggregator and value. Effects of combinations are what a model without them cannot say.
 *
 * @param hour amplitude of a daily wave, whose phase is drawn for each aggregator
 * @param lastAd of the category of the last ad
 * @param box of the single box, which no context names
 */
public record Spread(
        double channel,
        double region,
        double device,
        double previous,
        double lastAd,
        double hour,
        double box,
        double channelRegion,
        double channelHour,
        double deviceHour,
        double channelHourRegion) {
    private static final double MOST = 5;

    static Spread of(Fields fields) {
        Spread spread = new Spread(
                size(fields, "channel"),
                size(fields, "region"),
                size(fields, "device"),
                size(fields, "previous"),
                size(fields, "last-ad"),
                size(fields, "hour"),
                size(fields, "box"),
                size(fields, "channel-region"),
                size(fields, "channel-hour"),
                size(fields, "device-hour"),
                size(fields, "channel-hour-region"));
        return spread;
    }

    private static double size(Fields fields, String name) {
        return fields.number(name, 0, MOST, 0);
    }
}
