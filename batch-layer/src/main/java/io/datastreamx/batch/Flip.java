package io.datastreamx.batch;

/** Moves the pointer and the cut together, in one commit. */
final class Flip implements Step {
    record Result(String version, long cut) {}

    @Override
    public Outcome run(Night night) {
        night.run().require(StepName.PUBLISH, Publish.Result.class);
        Announcement.append(night, Announcement.FLIPPED, Versions.FLIP);
        return Outcome.done(new Result(night.sealed().version(), night.sealed().cut()));
    }
}
