package io.datastreamx.batch;

/** Announces the validated version, so that serving can load it before it is in force. */
final class Publish implements Step {
    record Result(String version) {}

    @Override
    public Outcome run(Night night) {
        Announcement.append(night, Announcement.PUBLISHED, Versions.PUBLISH);
        return Outcome.done(new Result(night.sealed().version()));
    }
}
