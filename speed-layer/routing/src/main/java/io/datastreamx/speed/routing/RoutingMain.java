package io.datastreamx.speed.routing;

import io.datastreamx.config.Settings;
import io.datastreamx.config.StopSignal;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LeaseHeldException;
import io.datastreamx.lake.WriterLease;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router. Prints {@code READY routing} when decisions flow. SIGTERM and the end of
 * {@code datastreamx.routing.max-runtime} stop it with exit code 0; if its query dies twice it exits with 1, for a
 * supervisor to start it again; with 5 if another router writes its checkpoint, or has come to.
 */
public final class RoutingMain {
    private static final Logger LOG = LoggerFactory.getLogger(RoutingMain.class);
    private static final int NOT_THE_WRITER = 5;
    private static final long WATCH_MS = 100;
    private static final Duration FOLLOWER_START = Duration.ofSeconds(60);

    private final Settings settings;
    private final StopSignal stop;
    private final SparkSession spark;
    private boolean ready;

    private RoutingMain(Settings settings, StopSignal stop, SparkSession spark) {
        this.settings = settings;
        this.stop = stop;
        this.spark = spark;
    }

    public static void main(String[] args) {
        StopSignal stop = StopSignal.install();
        int exitCode = 1;
        try {
            Settings settings = Settings.load();
            stop.raiseAfter(settings.routing().maxRuntime());
            exitCode = run(settings, stop);
        } catch (LeaseHeldException e) {
            LOG.error("routing does not start: {}", e.getMessage());
            exitCode = NOT_THE_WRITER;
        } catch (InterruptedException e) {
            LOG.info("routing was stopped before its turn came");
            exitCode = 0;
        } catch (Exception e) {
            LOG.error("routing ends: {}", e.getMessage(), e);
        }
        System.exit(exitCode);
    }

    private static int run(Settings settings, StopSignal stop) throws Exception {
        try (WriterLease lease = WriterLease.acquire(
                Lake.of(settings).files(),
                settings.routing().checkpoint() + "/leases",
                settings.home(),
                settings.lease(),
                stop::pause)) {
            lease.keepRenewing(stop::raise);
            try (SparkSession spark = RouterSession.open(settings)) {
                new RoutingMain(settings, stop, spark).run();
            }
            return lease.isLost() ? NOT_THE_WRITER : 0;
        }
    }

    private void run() throws StreamingQueryException, TimeoutException {
        boolean realTime = Router.isRealTime(settings.routing());
        int partitions =
                RequestOffsets.now(KafkaConnection.of(settings.kafka())).partitions();
        RouterSession.requireSlots(spark.sparkContext().defaultParallelism(), partitions, realTime);
        PolicyFollower.Source source = new PolicyFollower.Source(
                KafkaConnection.of(settings.kafka()),
                settings.lakeUri(),
                settings.storage().hadoop());
        try (PolicyFollower follower = PolicyFollower.of(source)) {
            if (!follower.awaitCaughtUp(FOLLOWER_START)) {
                throw new IllegalStateException("the policy topic at " + source.kafka() + " was not read within "
                        + FOLLOWER_START.toSeconds() + " s; is the topic there?");
            }
            int tasks = realTime ? partitions : 0;
            try {
                runQuery(tasks);
            } catch (StreamingQueryException e) {
                // SPARK-55271 among others: a batch replayed from the offset log is committed, then the query dies. One
                // start on the same checkpoint cures it.
                LOG.warn("the routing query died and is started once more", e);
                runQuery(tasks);
            }
        }
    }

    private void runQuery(int tasks) throws StreamingQueryException, TimeoutException {
        StreamingQuery query = new Router(spark, settings).start();
        while (!stop.isRaised()) {
            if (query.awaitTermination(WATCH_MS)) {
                throw new IllegalStateException("the routing query ended by itself");
            }
            if (!ready && isRunning(query, tasks)) {
                ready = true;
                System.out.println("READY routing");
            }
        }
        LOG.info("stopping");
        query.stop();
    }

    /** Whether the first trigger is at work, with that many tasks of it reading. */
    private boolean isRunning(StreamingQuery query, int tasks) {
        int active = 0;
        for (int stage : spark.sparkContext().statusTracker().getActiveStageIds()) {
            active += spark.sparkContext()
                    .statusTracker()
                    .getStageInfo(stage)
                    .map(info -> info.numActiveTasks())
                    .getOrElse(() -> 0);
        }
        return query.status().isTriggerActive() && active >= tasks;
    }
}
