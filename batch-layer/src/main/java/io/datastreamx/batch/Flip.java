package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Versions;

/**
 * Moves the pointer and the cut together, in one commit; then the views elsewhere. A failure between the two leaves
 * either with an exact answer, and a repeat mends it.
 */
final class Flip implements Step {
    record Result(String version, long cut) {}

    @Override
    public Outcome run(Night night) {
        night.run().require(StepName.PUBLISH, Publish.Result.class);
        Announcement.append(night, Announcement.FLIPPED, Versions.Action.FLIP);
        night.bringIntoForceElsewhere();
        return Outcome.done(new Result(night.sealed().version(), night.sealed().cut()));
    }
}
