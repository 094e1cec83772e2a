package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyReport;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.ml.policy.CanaryWatch;
import io.datastreamx.ml.policy.ResponseWatch;
import io.datastreamx.process.Background;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatch as a whole: decisions in; bid requests, outcomes, health, corrections and caps out. Several share the work.
 */
final class DispatchService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DispatchService.class);
    private static final long CONTROL_EVERY_MS = 100;
    private static final long JUDGE_EVERY_MS = 1_000;
    private static final long REPORT_EVERY_S = 10;
    private static final Duration FIRST_READ = Duration.ofSeconds(60);

    private final Settings settings;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final ResponseWatch watch = new ResponseWatch();
    private final CanaryWatch canary;
    private final Clock clock;
    private final EventProducer events;
    private final AggregatorClient client;
    private final DecisionLoop loop;
    private final ControlLoop control;
    private final CanaryLoop canaries;
    private final OutcomeFollower outcomes;
    private final CapLedger caps = new CapLedger(System::nanoTime);
    private final Counters counters = new Counters();
    private final NoticeSender notices = new NoticeSender(counters);
    private final ScheduledExecutorService background = Background.named("dispatch-background", 3);
    private volatile Endpoints endpoints = Endpoints.NONE;

    /**
     * @param onFailure told, possibly more than once, why it cannot go on
     * @throws IllegalStateException if the broker or its topics are not there
     */
    DispatchService(Settings settings, Clock clock, Consumer<Throwable> onFailure) {
        this.settings = settings;
        this.clock = clock;
        String name = settings.dispatch().name();
        KafkaClients kafka = KafkaClients.of(settings.kafka(), name.isEmpty() ? "dispatch" : name);
        Lake lake = Lake.of(settings);
        events = new EventProducer(kafka);
        canary = new CanaryWatch(settings.ml().canaryRequests(), settings.ml().canaryLeastTime());
        policies = new PolicyFollower(
                kafka,
                lake,
                clock,
                state -> endpoints = Endpoints.of(state.snapshot()),
                state -> canary.follow(state.snapshot().policy()),
                new PolicyReport(Path.of(settings.home())));
        client = new AggregatorClient(settings.currency(), settings.dispatch());
        health = new HealthMonitor(
                settings.dispatch().healthWindow(), settings.dispatch().healthThreshold());
        PolicyTopic topic = new PolicyTopic(lake, kafka);
        control = new ControlLoop(topic, policies, health, watch, caps, clock);
        canaries = new CanaryLoop(new ModelPromotion(lake, topic, settings.ml()), policies, canary, clock);
        AnsweredRequests answered = new AnsweredRequests(DecisionLoop.LONGEST_LIFE);
        outcomes = new OutcomeFollower(
                kafka,
                settings,
                clock,
                caps,
                health,
                watch,
                canary,
                () -> policies.state().snapshot(),
                answered,
                onFailure);
        loop = new DecisionLoop(
                kafka,
                settings,
                new Dispatcher(
                        aggregator -> endpoints.of(aggregator),
                        client,
                        new AttemptRecorder(events, settings.currency(), counters, notices),
                        caps,
                        clock),
                outcomes,
                answered,
                caps,
                counters,
                clock,
                onFailure);
    }

    /** Starts to work; returns when decisions are being read. */
    void start() throws InterruptedException {
        policies.start().awaitRead(FIRST_READ);
        new WarmUp(client, settings.currency()).run(settings.dispatch().warmUpDecisions());
        policies.state().health().ifPresent(last -> health.remember(last.unhealthy()));
        policies.state().corrections().ifPresent(last -> watch.remember(last.aggregators(), clock.millis()));
        outcomes.start();
        loop.start();
        background.scheduleWithFixedDelay(this::control, CONTROL_EVERY_MS, CONTROL_EVERY_MS, TimeUnit.MILLISECONDS);
        background.scheduleWithFixedDelay(this::judge, JUDGE_EVERY_MS, JUDGE_EVERY_MS, TimeUnit.MILLISECONDS);
        background.scheduleAtFixedRate(this::report, REPORT_EVERY_S, REPORT_EVERY_S, TimeUnit.SECONDS);
        loop.awaitAssignment();
    }

    Counters counters() {
        return counters;
    }

    /** How many partitions this dispatcher reads. */
    int partitions() {
        return loop.partitionsRead();
    }

    private void report() {
        LOG.info(
                "{}; partitions={}; in_flight={}; control_records_refused={}",
                counters,
                loop.partitionsRead(),
                loop.inFlight(),
                policies.state().refused());
        counters.newTroubles().forEach(trouble -> LOG.warn("aggregator {}", trouble));
    }

    private void control() {
        if (!loop.isLeading()) {
            return;
        }
        try {
            control.publishHealth();
            control.publishCorrections();
            if (caps.isCounted()) {
                control.publishCaps();
            }
        } catch (RuntimeException e) {
            LOG.warn("health, corrections or caps could not be published; it will be tried again", e);
        }
    }

    /** Apart from {@link #control}, which does not wait for the registry. */
    private void judge() {
        if (!loop.isLeading()) {
            return;
        }
        try {
            canaries.run();
        } catch (RuntimeException e) {
            LOG.warn("what is to become of the canary could not be published; it will be tried again", e);
        }
    }

    @Override
    public void close() {
        loop.close();
        outcomes.close();
        background.shutdown();
        try {
            background.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        background.shutdownNow();
        policies.close();
        client.close();
        notices.close();
        events.close();
        report();
        LOG.info("stopped");
    }
}
