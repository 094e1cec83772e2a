package io.datastreamx.config;

import java.time.Duration;

/**
 * How fine reports of older days are.
 *
 * @param minutes a day keeps its minutes until it has ended for so long
 * @param hours then its hours, until it has ended for so long; not shorter. After that only its totals are kept
 */
public record ReportSettings(Duration minutes, Duration hours) {
    public ReportSettings {
        Allowed.atLeast("datastreamx.reports.minutes", minutes, Duration.ofDays(1));
        Allowed.atLeast("datastreamx.reports.hours", hours, minutes);
    }

    static ReportSettings of(Values values) {
        return new ReportSettings(values.duration("minutes"), values.duration("hours"));
    }
}
