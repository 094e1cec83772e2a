package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyReport;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one follower of the policy topic that a JVM has, driver or executor. Not a broadcast: a real-time batch lasts as
 * long as a checkpoint interval, and what is broadcast stays as it was at its start.
 */
final class JvmPolicy {
    private static final Map<Source, PolicyFollower> RUNNING = new ConcurrentHashMap<>();

    /** Where policies come from; goes with the tasks. */
    record Source(KafkaConnection kafka, String lakeUri, Map<String, String> hadoop, String home)
            implements Decide.Policy {
        static Source of(Settings settings) {
            return new Source(
                    KafkaConnection.of(settings.kafka()),
                    settings.lakeUri(),
                    settings.storage().hadoop(),
                    settings.home());
        }

        @Override
        public PolicySnapshot current() {
            return follower(this).current();
        }
    }

    private JvmPolicy() {}

    /** The follower of this source; the first call starts it. */
    static PolicyFollower follower(Source source) {
        return RUNNING.computeIfAbsent(source, JvmPolicy::start);
    }

    static void close(Source source) {
        PolicyFollower follower = RUNNING.remove(source);
        if (follower != null) {
            follower.close();
        }
    }

    private static PolicyFollower start(Source source) {
        return new PolicyFollower(
                        new KafkaClients(source.kafka(), "routing"),
                        new Lake(source.lakeUri(), source.hadoop()),
                        Clock.systemUTC(),
                        new PolicyReport(Path.of(source.home())))
                .start();
    }
}
