package io.datastreamx.speed.routing;

import io.datastreamx.config.RoutingMode;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.process.ExitCode;
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
    private static final long WATCH_MS = 100;
    private static final Duration FOLLOWER_START = Duration.ofSeconds(60);

    private final Settings settings;
    private final Application application;
    private final SparkSession spark;

    private RoutingMain(Settings settings, Application application, SparkSession spark) {
        this.settings = settings;
        this.application = application;
        this.spark = spark;
    }

    public static void main(String[] args) {
        Application.run("routing", RoutingMain::run);
    }

    private static ExitCode run(Application application) throws Exception {
        Settings settings = Settings.load();
        application.stop().raiseAfter(settings.routing().maxRuntime());
        try (WriterLease lease = WriterLease.acquire(
                Lake.of(settings).files(),
                settings.routing().checkpoint() + "/leases",
                settings.home(),
                settings.lease(),
                application.stop()::pause)) {
            lease.keepRenewing(application::fail);
            try (SparkSession spark = RouterSession.open(settings)) {
                new RoutingMain(settings, application, spark).run();
            }
        }
        return ExitCode.OK;
    }

    private void run() throws StreamingQueryException, TimeoutException, InterruptedException {
        boolean realTime = settings.routing().mode() == RoutingMode.REAL_TIME;
        int partitions =
                RequestOffsets.now(KafkaClients.of(settings.kafka(), "routing")).partitions();
        RouterSession.requireSlots(spark.sparkContext().defaultParallelism(), partitions, realTime);
        JvmPolicy.Source source = JvmPolicy.Source.of(settings);
        try {
            JvmPolicy.follower(source).awaitRead(FOLLOWER_START);
            int tasks = realTime ? partitions : 0;
            try {
                runQuery(tasks);
            } catch (StreamingQueryException e) {
                // SPARK-55271 (Spark 4.1) among others: a batch replayed from the offset log is committed, then the
                // query dies. One
                // start on the same checkpoint cures it.
                LOG.warn("the routing query died and is started once more", e);
                runQuery(tasks);
            }
        } finally {
            JvmPolicy.close(source);
        }
    }

    private void runQuery(int tasks) throws StreamingQueryException, TimeoutException {
        StreamingQuery query = new Router(spark, settings).start();
        boolean ready = false;
        while (!application.stop().isRaised()) {
            if (query.awaitTermination(WATCH_MS)) {
                throw new CannotRunException("the routing query ended by itself");
            }
            if (!ready && isRunning(query, tasks)) {
                ready = true;
                application.ready("routing");
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
