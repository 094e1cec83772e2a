package io.datastreamx.simulator.world;

import java.util.Collections;
import java.util.List;

/**
 * Requests: when they come and what they bring.
 *
 * @param hours share of each hour of the day (UTC), 24 weights; with one weight all hours are alike
 * @param tmaxMs times to answer, milliseconds; each as likely
 * @param floorsMicros least CPM prices accepted, micro-units; each as likely
 */
public record Traffic(List<Double> hours, List<Long> tmaxMs, List<Long> floorsMicros) {
    private static final int DAY = 24;

    static Traffic of(Fields fields) {
        List<Double> hours = fields.numbers("hours", 0, 1_000_000, List.of(1.0));
        if ((hours.size() != 1 && hours.size() != DAY) || Collections.max(hours) <= 0) {
            throw fields.wrong("hours", "one weight, or 24, not all 0");
        }
        Traffic traffic = new Traffic(
                hours,
                fields.numbers("tmax-ms", 1, 10_000, List.of(300.0, 500.0, 700.0, 1_000.0)).stream()
                        .map(Double::longValue)
                        .toList(),
                fields.numbers("floors-micros", 0, 1_000_000_000, List.of(0.0)).stream()
                        .map(Double::longValue)
                        .toList());
        fields.nothingElse();
        return traffic;
    }

    /** Requests of this hour as a share of those of the busiest one. */
    public double busy(int hour) {
        return weight(hour) / Collections.max(hours);
    }

    /** The same on average over the day. */
    public double meanBusy() {
        return hours.stream().mapToDouble(Double::doubleValue).average().orElseThrow() / Collections.max(hours);
    }

    /** Weight of this hour of the day. */
    public double weight(int hour) {
        return hours.get(hours.size() == 1 ? 0 : hour);
    }
}
