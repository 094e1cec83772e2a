package io.datastreamx.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Versions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps in their order. A failure before the flip ends the night and leaves the previous one in force; a failure
 * in learning ends learning only, since by then the tables are in force.
 */
final class NightRunner {
    private static final Logger LOG = LoggerFactory.getLogger(NightRunner.class);

    /**
     * How a step ended: {@code done} now, {@code already} before, {@code skipped} because there was nothing to do, or
     * {@code failed}.
     */
    record StepReport(String step, String status, long ms, String message, JsonNode result) {
        boolean failed() {
            return status.equals("failed");
        }
    }

    private final Map<StepName, Step> steps = new EnumMap<>(StepName.class);

    private final Fence fence;

    NightRunner() {
        this(Fence.NONE);
    }

    /**
     * @param fence asked before every step whether this process is still the one that may work on the lake's versions
     */
    NightRunner(Fence fence) {
        this.fence = fence;
        steps.put(StepName.SEAL, new Seal());
        steps.put(StepName.REBUILD, new Rebuild());
        steps.put(StepName.VALIDATE, new Validate());
        steps.put(StepName.PUBLISH, new Publish());
        steps.put(StepName.FLIP, new Flip());
        Learn learn = new Learn();
        steps.put(StepName.TRAIN, learn::train);
        steps.put(StepName.EVALUATE, learn::evaluate);
        steps.put(StepName.GATE, learn::gate);
        steps.put(StepName.PROMOTE, learn::promote);
        steps.put(StepName.MAINTAIN, new Maintain());
    }

    /** The whole night. */
    List<StepReport> run(Night night) {
        List<StepReport> reports = new ArrayList<>();
        boolean learning = true;
        for (StepName name : StepName.values()) {
            if (name.learns() && !learning) {
                continue;
            }
            StepReport report = run(night, name);
            reports.add(report);
            if (report.failed() && !name.learns()) {
                break;
            }
            learning &= !report.failed();
        }
        return reports;
    }

    /** One step; done before under this run id it is not done again. */
    StepReport run(Night night, StepName name) {
        long start = System.nanoTime();
        try {
            fence.check();
            Optional<Outcome> before = night.run().outcome(name);
            if (before.isPresent()) {
                return report(name, "already", start, before.get());
            }
            Optional<String> overtaken =
                    name == StepName.SEAL || name == StepName.MAINTAIN ? Optional.empty() : overtaken(night);
            Outcome outcome;
            if (overtaken.isPresent()) {
                outcome = Outcome.skipped(overtaken.get());
            } else {
                outcome = steps.get(name).run(night);
                night.run().finish(name, outcome);
            }
            return report(name, outcome.isSkipped() ? "skipped" : "done", start, outcome);
        } catch (RuntimeException e) {
            LOG.error("step {} of run {} failed", name.code(), night.run().id(), e);
            return new StepReport(
                    name.code(), "failed", elapsed(start), String.valueOf(e.getMessage()), NullNode.getInstance());
        }
    }

    /** A night that was left lying while a later one came into force must not step back behind it. */
    private static Optional<String> overtaken(Night night) {
        Sealed sealed = night.sealed();
        Versions versions = night.lake().versions().read();
        if (versions.inForce()
                .filter(active -> active.version().equals(sealed.version()))
                .isPresent()) {
            return Optional.empty();
        }
        return versions.entries().stream()
                .skip(sealed.versionRows())
                .filter(entry -> entry.action() == Versions.Action.FLIP && entry.cut() >= sealed.cut())
                .findFirst()
                .map(later -> "overtaken: version " + later.version() + " came into force after this night was sealed");
    }

    private static StepReport report(StepName name, String status, long start, Outcome outcome) {
        StepReport report = new StepReport(name.code(), status, elapsed(start), outcome.skipped(), outcome.result());
        LOG.info(
                "{} {} in {} ms: {}",
                report.step(),
                status,
                report.ms(),
                outcome.isSkipped() ? outcome.skipped() : outcome.result());
        return report;
    }

    private static long elapsed(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
