package io.datastreamx.batch;

import io.datastreamx.lake.Versions;
import java.util.List;

/**
 * Returns to the version that was in force before the present one, and lets other stores follow. Models are not
 * touched.
 */
final class Rollback implements Step {
    /** @param version in force now */
    record Result(String version, long cut) {}

    @Override
    public Outcome run(Night night) {
        String run = night.run().id();
        night.lake().versions().append("rollback-" + run, 1, versions -> {
            night.fence().check();
            return before(night, versions.path()).again(night.clock().instant(), Versions.Action.ROLLBACK, run);
        });
        Versions.Entry inForce = night.bringIntoForceElsewhere();
        return Outcome.done(new Result(inForce.version(), inForce.cut()));
    }

    private static Versions.Entry before(Night night, List<Versions.Entry> path) {
        if (path.size() < 2) {
            throw new IllegalArgumentException("there is no version before the one in force"
                    + (path.isEmpty()
                            ? ": no night has flipped yet"
                            : ", " + path.get(0).version()));
        }
        Versions.Entry before = path.get(1);
        if (before.cut() < new CoveredBatches(night.lake()).last() || !isWhole(night, before)) {
            throw new IllegalArgumentException("version " + before.version()
                    + " was removed by maintenance (batch.keep-versions = "
                    + night.settings().batch().keepVersions() + "); the one in force stays, run a night instead");
        }
        return before;
    }

    private static boolean isWhole(Night night, Versions.Entry version) {
        return version.tables().entrySet().stream()
                .allMatch(table -> night.lake().table(table.getKey()).isWhole(table.getValue()));
    }
}
