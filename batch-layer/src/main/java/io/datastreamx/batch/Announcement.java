package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;

/** The rows that a night adds to the table {@code versions}, each at most once. */
final class Announcement {
    static final long PUBLISHED = 1;
    static final long FLIPPED = 2;

    private Announcement() {}

    static void append(Night night, long transaction, String action) {
        Sealed sealed = night.sealed();
        Validate.Result validated = night.run().require(StepName.VALIDATE, Validate.Result.class);
        new Versions(night.lake())
                .append(
                        "versions-" + night.run().id(),
                        transaction,
                        new Versions.Row(
                                night.clock().instant(),
                                action,
                                sealed.version(),
                                sealed.cut(),
                                night.run().id(),
                                validated.events(),
                                validated.lateDuplicates()));
    }
}
