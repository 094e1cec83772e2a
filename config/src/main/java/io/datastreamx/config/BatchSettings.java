package io.datastreamx.config;

import java.time.Duration;

/**
 * Nights.
 *
 * @param slots task slots on one machine
 * @param keepVersions versions kept, the one in force included
 * @param duplicateReach how far around its own event time a late duplicate is looked for, in whole days
 * @param vacuumAfter files that no table names any more are deleted this long after they were written
 * @param rawLogRetention how long days of the raw log are kept; a version keeps what it built from them
 * @param deadLetterRetention how long refused records are kept
 */
public record BatchSettings(
        int slots,
        int keepVersions,
        Duration duplicateReach,
        Duration vacuumAfter,
        Duration rawLogRetention,
        Duration deadLetterRetention) {
    /** No event counts on a day that is further back than 35 days, and late duplicates are looked for around it. */
    private static final Duration LATEST_EVENT = Duration.ofDays(35);

    public BatchSettings {
        Allowed.range("datastreamx.batch.slots", slots, 1, 1_000);
        Allowed.range("datastreamx.batch.keep-versions", keepVersions, 1, 1_000);
        Allowed.atLeast("datastreamx.batch.duplicate-reach", duplicateReach, Duration.ofDays(1));
        // Delta refuses less: a reader or a writer may still be at work on such a file.
        Allowed.atLeast("datastreamx.batch.vacuum-after", vacuumAfter, Duration.ofHours(168));
        // A day must not be gone while events may still come for it, or it could not be built again with them.
        Allowed.atLeast(
                "datastreamx.batch.raw-log-retention",
                rawLogRetention,
                LATEST_EVENT.plus(duplicateReach).plus(Duration.ofDays(1)));
        Allowed.atLeast("datastreamx.batch.dead-letter-retention", deadLetterRetention, Duration.ofDays(1));
    }

    static BatchSettings of(Values values) {
        return new BatchSettings(
                values.whole("slots"),
                values.whole("keep-versions"),
                values.duration("duplicate-reach"),
                values.duration("vacuum-after"),
                values.duration("raw-log-retention"),
                values.duration("dead-letter-retention"));
    }
}
