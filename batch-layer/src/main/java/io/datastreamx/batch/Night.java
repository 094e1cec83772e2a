package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import io.datastreamx.ml.training.Learning;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * What every step of a night works with. Spark starts when the first step asks for it: sealing, publishing and flipping
 * need none.
 *
 * @param until last ingest batch to cover; empty for all that are complete
 * @param full whether all days that the raw log has are built anew, and not only those that changed
 * @param fence asked before every step, and before what is in force changes, whether this process is still the one that
 *     may work on the lake's versions
 */
record Night(
        Settings settings,
        Lake lake,
        PolicyTopic policyTopic,
        Publication publication,
        Run run,
        OptionalLong until,
        boolean full,
        Clock clock,
        Supplier<SparkSession> spark,
        Supplier<Learning> learning,
        Fence fence) {

    static Night of(
            Settings settings,
            Lake lake,
            Run run,
            OptionalLong until,
            boolean full,
            Clock clock,
            Supplier<SparkSession> spark,
            Fence fence) {
        Supplier<SparkSession> session = new Once<>(spark);
        Supplier<Learning> learning = new Once<>(() -> new Learning(
                lake,
                settings.ml(),
                () -> LearnedEvents.of(
                        session.get(),
                        settings,
                        lake,
                        run.require(StepName.SEAL, Sealed.class).cut(),
                        run.require(StepName.REBUILD, Rebuild.Result.class).tables())));
        PolicyTopic topic = new PolicyTopic(lake, KafkaClients.of(settings.kafka(), "night"));
        Publication publication = Publication.of(settings.bigquery());
        return new Night(settings, lake, topic, publication, run, until, full, clock, session, learning, fence);
    }

    /**
     * The version in force and those to which a rollback can return, the one in force first. Where live rows are gone
     * that a version does not cover, it is none of them.
     */
    List<Versions.Entry> kept(Versions versions) {
        long covered = new CoveredBatches(lake).last();
        return versions.path().stream()
                .limit(settings.batch().keepVersions())
                .takeWhile(entry -> entry.cut() >= covered)
                .toList();
    }

    /** Shows readers of other stores the version that is in force here. @return the entry in force */
    Versions.Entry bringIntoForceElsewhere() {
        Versions versions = lake.versions().read();
        Versions.Entry inForce = versions.inForce().orElseThrow();
        publication.bringIntoForce(inForce, kept(versions));
        return inForce;
    }

    Sealed sealed() {
        return run.require(StepName.SEAL, Sealed.class);
    }

    private static final class Once<T> implements Supplier<T> {
        private final Supplier<T> first;
        private T value;

        Once(Supplier<T> first) {
            this.first = first;
        }

        @Override
        public T get() {
            if (value == null) {
                value = first.get();
            }
            return value;
        }
    }
}
