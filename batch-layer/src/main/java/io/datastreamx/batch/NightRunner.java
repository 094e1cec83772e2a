package io.datastreamx.batch;

import io.datastreamx.batch.StepReport.Status;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.lake.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps in their order. A failure before the flip ends the night and leaves the previous one in force; a failure
 * in learning ends learning only, since by then the tables are in force.
 */
final class NightRunner {
    private static final Logger LOG = LoggerFactory.getLogger(NightRunner.class);

    /** The whole night. */
    List<StepReport> run(Night night) {
        List<StepReport> reports = new ArrayList<>();
        boolean learning = true;
        for (StepName name : StepName.night()) {
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
            night.fence().check();
            Optional<Outcome> before = night.run().outcome(name);
            if (before.isPresent()) {
                return report(name, Status.ALREADY, start, before.get());
            }
            Optional<String> overtaken = name.needsSeal() ? overtaken(night) : Optional.empty();
            if (overtaken.isPresent()) {
                return report(name, Status.SKIPPED, start, Outcome.skipped(overtaken.get()));
            }
            Outcome outcome = step(name).run(night);
            night.run().finish(name, outcome);
            return report(name, outcome.isSkipped() ? Status.SKIPPED : Status.DONE, start, outcome);
        } catch (RuntimeException e) {
            LOG.error("step {} of run {} failed", name.code(), night.run().id(), e);
            return StepReport.failed(name, elapsed(start), String.valueOf(e.getMessage()));
        }
    }

    /** Steps hold nothing between runs: what they share lies in the night and in its run's files. */
    private static Step step(StepName name) {
        return switch (name) {
            case SEAL -> new Seal();
            case REBUILD -> new Rebuild();
            case VALIDATE -> new Validate();
            case PUBLISH -> new Publish();
            case FLIP -> new Flip();
            case TRAIN -> Learn::train;
            case EVALUATE -> Learn::evaluate;
            case GATE -> Learn::gate;
            case PROMOTE -> Learn::promote;
            case MAINTAIN -> new Maintain();
            case ROLLBACK -> new Rollback();
        };
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

    private static StepReport report(StepName name, Status status, long start, Outcome outcome) {
        StepReport report = StepReport.of(name, status, elapsed(start), outcome);
        LOG.info(
                "{} {} in {} ms: {}",
                report.step(),
                status.code(),
                report.ms(),
                outcome.isSkipped() ? outcome.skipped() : outcome.result());
        return report;
    }

    private static long elapsed(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
