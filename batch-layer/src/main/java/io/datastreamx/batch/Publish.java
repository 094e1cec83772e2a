package io.datastreamx.batch;

import io.datastreamx.lake.Versions;

/**
 * Copies the validated version to where else it is read, then announces it, so that serving can load it before it is in
 * force.
 */
final class Publish implements Step {
    record Result(String version) {}

    @Override
    public Outcome run(Night night) {
        night.publication().publish(night);
        Announcement.append(night, Announcement.PUBLISHED, Versions.Action.PUBLISH);
        return Outcome.done(new Result(night.sealed().version()));
    }
}
