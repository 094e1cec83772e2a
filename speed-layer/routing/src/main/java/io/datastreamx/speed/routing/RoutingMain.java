package io.datastreamx.speed.routing;

import io.datastreamx.config.RoutingMode;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.SparkCheckpoint;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.process.ExitCode;
import io.datastreamx.process.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router. Prints {@code READY routing} when decisions flow. SIGTERM and the end of
 * {@code datastreamx.routing.max-runtime} stop it with exit code 0; if its query dies twice it exits with 1, for a
 * supervisor to start it again; with 5 if another router writes its checkpoint, or has come to. Partitions that are
 * added meanwhile are taken within seconds.
 */
public final class RoutingMain {
    private static final Logger LOG = LoggerFactory.getLogger(RoutingMain.class);
    private static final long WATCH_MS = 100;
    private static final Duration FOLLOWER_START = Duration.ofSeconds(60);
    /** Every other router waits so long before it takes new partitions, so that one of two goes on deciding. */
    private static final Duration OTHERS_TURN = Duration.ofSeconds(10);

    /** That of the first batch, which everything is new in, says nothing about the others. */
    private static final Duration USUAL_PAUSE = Duration.ofMillis(150);

    private final Settings settings;
    private final Application application;
    private final KafkaClients kafka;
    private final boolean realTime;
    private final Turn turn;
    private boolean ready;
    /** Partitions that this session has heard of, and when it is to end for those that it cannot read. */
    private int known;

    private long reopenAt;
    /** Between two batches, as last measured. */
    private Optional<Duration> pause = Optional.empty();

    private RoutingMain(Settings settings, Application application) {
        this.settings = settings;
        this.application = application;
        this.kafka = KafkaClients.of(settings.kafka(), "routing");
        this.realTime = settings.routing().mode() == RoutingMode.REAL_TIME;
        this.turn = new Turn(
                settings.routing().checkpointInterval(), settings.routing().checkpoint());
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
            new RoutingMain(settings, application).run();
        }
        return ExitCode.OK;
    }

    private void run() throws Exception {
        new RequestLog(Lake.of(settings).files(), Router.checkpoint(settings.routing())).keepTo(kafka);
        JvmPolicy.Source source = JvmPolicy.Source.of(settings);
        try {
            RequestOffsets from = null;
            boolean died = false;
            boolean warm = false;
            while (!application.stop().isRaised()) {
                RequestOffsets now = RequestOffsets.now(kafka);
                from = from == null ? now : from.withAdded(now);
                int partitions = from.partitions();
                try (SparkSession spark = RouterSession.open(settings, realTime ? partitions : 0)) {
                    RouterSession.requireSlots(spark.sparkContext().defaultParallelism(), partitions, realTime);
                    JvmPolicy.follower(source).awaitRead(FOLLOWER_START);
                    if (!warm && settings.routing().warmUpRequests() > 0) {
                        WarmUp.run(spark, settings);
                        warm = true;
                    }
                    route(spark, from);
                } catch (StreamingQueryException e) {
                    // SPARK-55271 (Spark 4.1): a batch replayed from the offset log is committed, then the query dies.
                    // Or
                    // partitions were added before its first batch. One start on the same checkpoint cures it.
                    if (died) {
                        throw e;
                    }
                    died = true;
                    LOG.warn("the routing query died and is started once more", e);
                }
            }
        } catch (Exception e) {
            requireWholeCheckpoint(e);
            throw e;
        } finally {
            JvmPolicy.close(source);
        }
    }

    /** Spark says of a damaged file only what it could not parse. */
    private void requireWholeCheckpoint(Exception failure) {
        String checkpoint = Router.checkpoint(settings.routing());
        new SparkCheckpoint(Lake.of(settings).files(), checkpoint)
                .damage().stream().findFirst().ifPresent(damage -> {
                    throw new CannotRunException(
                            "the checkpoint file " + damage.file() + " is damaged (" + damage.reason()
                                    + "). Run `dsx recover`, which sets the checkpoint aside, or rename the folder: the router then begins with the requests to come",
                            failure);
                });
    }

    /** Until it is to stop, or there are partitions that this session has no slots for but another would have. */
    private void route(SparkSession spark, RequestOffsets from)
            throws StreamingQueryException, TimeoutException, InterruptedException {
        try (PartitionWatch watch = new PartitionWatch(kafka, from.partitions())) {
            Duration batch = turn.untilDue(Instant.now());
            known = from.partitions();
            reopenAt = Long.MAX_VALUE;
            boolean goOn = true;
            while (goOn) {
                goOn = route(spark, new Router(spark, settings, from), batch, from.partitions(), watch);
                batch = turn.steady(pause.orElse(Duration.ZERO));
            }
        }
    }

    /**
     * @return whether a query is to follow in the same session, right after a checkpoint, with batches of another
     *     length
     */
    private boolean route(SparkSession spark, Router router, Duration batch, int partitions, PartitionWatch watch)
            throws StreamingQueryException, TimeoutException, InterruptedException {
        Checkpoints checkpoints = new Checkpoints(batch);
        spark.streams().addListener(checkpoints);
        StreamingQuery query = router.start(batch);
        try {
            while (!application.stop().isRaised() && System.nanoTime() <= reopenAt) {
                if (query.awaitTermination(WATCH_MS)) {
                    throw new CannotRunException("the routing query ended by itself");
                }
                if (!ready && isRunning(spark, query, realTime ? partitions : 0)) {
                    ready = true;
                    application.ready("routing");
                }
                if (ready && realTime && watch.partitions() > known) {
                    known = watch.partitions();
                    reopenAt = reopenAt(spark, partitions, known);
                }
                Optional<Checkpoints.Checkpoint> checkpoint = realTime ? checkpoints.next() : Optional.empty();
                if (checkpoint.isPresent() && isToBeginAnew(checkpoint.get())) {
                    return System.nanoTime() <= reopenAt;
                }
            }
            return false;
        } finally {
            LOG.info("stopping");
            query.stop();
            spark.streams().removeListener(checkpoints);
        }
    }

    /** After the first batch, whose length brought it into its turn, and when it has drifted out of it. */
    private boolean isToBeginAnew(Checkpoints.Checkpoint checkpoint) {
        boolean first = pause.isEmpty();
        pause = Optional.of(first ? USUAL_PAUSE : checkpoint.pause());
        return first || turn.isOut(checkpoint.at());
    }

    /** When the session is to be opened anew for partitions that were added; never, where that would not help. */
    private long reopenAt(SparkSession spark, int before, int partitions) {
        int slots = spark.sparkContext().defaultParallelism();
        if (!RouterSession.choosesItsSlots(settings) && slots < partitions) {
            Notice.tell(
                    "ad-requests has " + partitions + " partitions now, and the router " + slots
                            + " task slots: requests of the others wait until the cores of spark.master are raised and it is started again");
            return Long.MAX_VALUE;
        }
        Notice.tell("ad-requests has " + partitions + " partitions now, " + before
                + " before: the router opens its query anew to read them all");
        return System.nanoTime() + (Turn.isSecond(settings.routing().checkpoint()) ? OTHERS_TURN.toNanos() : 0);
    }

    /** Whether the first trigger is at work, with that many tasks of it reading. */
    private static boolean isRunning(SparkSession spark, StreamingQuery query, int tasks) {
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
