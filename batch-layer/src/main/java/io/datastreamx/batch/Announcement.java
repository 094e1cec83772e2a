package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Versions;

/** The rows that a night adds to the table {@code versions}, each at most once. */
final class Announcement {
    static final long PUBLISHED = 1;
    static final long FLIPPED = 2;

    private Announcement() {}

    static void append(Night night, long transaction, Versions.Action action) {
        Sealed sealed = night.sealed();
        Rebuild.Result rebuilt = night.run().require(StepName.REBUILD, Rebuild.Result.class);
        Validate.Result validated = night.run().require(StepName.VALIDATE, Validate.Result.class);
        night.lake().versions().append("versions-" + night.run().id(), transaction, before -> {
            night.fence().check();
            return new Versions.Entry(
                    night.clock().instant(),
                    action,
                    sealed.version(),
                    sealed.cut(),
                    night.run().id(),
                    validated.events(),
                    validated.lateDuplicates(),
                    rebuilt.tables(),
                    rebuilt.grains());
        });
    }
}
