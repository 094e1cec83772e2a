package io.datastreamx.batch;

import com.fasterxml.jackson.databind.node.NullNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.table.Table;
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
            Versions versions = new Versions(night.lake());
            Versions.Row active = versions.active().orElseThrow();
            night.publication().bringIntoForce(active, Maintain.kept(night, versions));
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
        Versions versions = new Versions(night.lake());
        if (versions.rows().stream()
                .anyMatch(row -> row.action().equals(Versions.ROLLBACK)
                        && row.runId().equals(night.run().id()))) {
            return false;
        }
        List<Versions.Row> stack = versions.stack();
        if (stack.size() < 2) {
            throw new IllegalArgumentException("there is no version before the one in force"
                    + (stack.isEmpty()
                            ? ": no night has flipped yet"
                            : ", " + stack.get(0).version()));
        }
        Versions.Row before = stack.get(1);
        if (!night.lake().table(before.version(), Table.BATCH_ROLLUPS).exists()) {
            throw new IllegalArgumentException("version " + before.version()
                    + " was removed by maintenance (batch.keep-versions = "
                    + night.settings().batch().keepVersions() + "); the one in force stays, run a night instead");
        }
        return versions.append(
                "rollback-" + night.run().id(),
                1,
                new Versions.Row(
                        night.clock().instant(),
                        Versions.ROLLBACK,
                        before.version(),
                        before.cut(),
                        night.run().id(),
                        before.events(),
                        before.lateDuplicates()));
    }

    private static long elapsed(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
