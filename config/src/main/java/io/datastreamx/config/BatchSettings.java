package io.datastreamx.config;

import java.time.Duration;

/**
 * Nights.
 *
 * @param slots task slots on one machine
 * @param keepVersions versions kept, the one in force included
 * @param duplicateReach how far around its own event time a late duplicate is looked for, in whole days
 * @param vacuumAfter files that no table names any more are deleted this long after they were written
 */
public record BatchSettings(int slots, int keepVersions, Duration duplicateReach, Duration vacuumAfter) {
    public BatchSettings {
        Allowed.range("datastreamx.batch.slots", slots, 1, 1_000);
        Allowed.range("datastreamx.batch.keep-versions", keepVersions, 1, 1_000);
        Allowed.atLeast("datastreamx.batch.duplicate-reach", duplicateReach, Duration.ofDays(1));
        // Delta refuses less: a reader or a writer may still be at work on such a file.
        Allowed.atLeast("datastreamx.batch.vacuum-after", vacuumAfter, Duration.ofHours(168));
    }

    static BatchSettings of(Values values) {
        return new BatchSettings(
                values.whole("slots"),
                values.whole("keep-versions"),
                values.duration("duplicate-reach"),
                values.duration("vacuum-after"));
    }
}
