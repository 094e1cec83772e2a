package io.datastreamx.batch;

import com.fasterxml.jackson.databind.node.NullNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns to the version that was in force before the present one; done again under the same run id it changes nothing.
 */
final class Rollback {
    static final String NAME = "rollback";
    private static final Logger LOG = LoggerFactory.getLogger(Rollback.class);

    /** @param version in force now, as far as its row can tell */
    record Result(String version, long cut) {}

    NightRunner.StepReport run(Night night) {
        long start = System.nanoTime();
        try {
            boolean rolledBack = rollBack(night);
            Versions.Entry active = night.bringIntoForceElsewhere();
            Result result = new Result(active.version(), active.cut());
            return new NightRunner.StepReport(
                    NAME,
                    rolledBack ? "done" : "already",
                    elapsed(start),
                    null,
                    ContractJson.MAPPER.valueToTree(result));
        } catch (RuntimeException e) {
            LOG.error("rollback failed", e);
            return new NightRunner.StepReport(
                    NAME, "failed", elapsed(start), String.valueOf(e.getMessage()), NullNode.getInstance());
        }
    }

    private static boolean rollBack(Night night) {
        String run = night.run().id();
        return night.lake().versions().append("rollback-" + run, 1, versions -> {
            Versions.Entry before = before(night, versions.path());
            return before.again(night.clock().instant(), Versions.Action.ROLLBACK, run);
        });
    }

    private static Versions.Entry before(Night night, List<Versions.Entry> path) {
        if (path.size() < 2) {
            throw new IllegalArgumentException("there is no version before the one in force"
                    + (path.isEmpty()
                            ? ": no night has flipped yet"
                            : ", " + path.get(0).version()));
        }
        Versions.Entry before = path.get(1);
        if (!night.lake().table(before.version(), Table.BATCH_ROLLUPS).exists()) {
            throw new IllegalArgumentException("version " + before.version()
                    + " was removed by maintenance (batch.keep-versions = "
                    + night.settings().batch().keepVersions() + "); the one in force stays, run a night instead");
        }
        return before;
    }

    private static long elapsed(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
