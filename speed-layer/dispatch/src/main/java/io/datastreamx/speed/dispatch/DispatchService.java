package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyFollower;
import io.datastreamx.kafka.policy.PolicyReport;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.Background;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatch as a whole: decisions in; bid requests, outcomes, health and caps out. One process at a time is meant to
 * run: health and caps are judged from its own answers.
 */
final class DispatchService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DispatchService.class);
    private static final long CONTROL_EVERY_MS = 100;
    private static final long REPORT_EVERY_S = 10;
    private static final Duration FIRST_READ = Duration.ofSeconds(60);

    private final Consumer<Throwable> onFailure;
    private final PolicyFollower policies;
    private final HealthMonitor health;
    private final EventProducer events;
    private final AggregatorClient client;
    private final DecisionLoop loop;
    private final ControlLoop control;
    private final CapRecount recount;
    private final CapCounter caps = new CapCounter();
    private final Counters counters = new Counters();
    private final NoticeSender notices = new NoticeSender(counters);
    private final ScheduledExecutorService background = Background.named("dispatch-background", 2);
    private volatile Endpoints endpoints = Endpoints.NONE;
    private volatile boolean recounted;
    private volatile boolean stopping;

    /**
     * @param onFailure told, possibly more than once, why it cannot go on
     * @throws IllegalStateException if the broker or its topics are not there
     */
    DispatchService(Settings settings, Clock clock, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        KafkaClients kafka = KafkaClients.of(settings.kafka(), "dispatch");
        Lake lake = Lake.of(settings);
        events = new EventProducer(kafka);
        policies = new PolicyFollower(
                kafka,
                lake,
                clock,
                state -> endpoints = Endpoints.of(state.snapshot().policy()),
                new PolicyReport(Path.of(settings.home())));
        client = new AggregatorClient(settings.currency(), settings.dispatch());
        health = new HealthMonitor(settings.dispatch());
        control = new ControlLoop(new PolicyTopic(lake, kafka), policies, health, caps, clock);
        recount = new CapRecount(
                kafka,
                settings.currency(),
                clock.instant().atZone(ZoneOffset.UTC).toLocalDate());
        loop = new DecisionLoop(
                kafka.groupMember(settings.dispatch().consumerGroup()),
                settings,
                new Dispatcher(
                        aggregator -> endpoints.of(aggregator),
                        client,
                        new AttemptRecorder(events, settings.currency(), counters, health, caps, notices),
                        clock),
                counters,
                clock,
                onFailure);
    }

    /** Starts to work; returns when decisions are being read. */
    void start() throws InterruptedException {
        policies.start().awaitRead(FIRST_READ);
        policies.state().health().ifPresent(last -> health.remember(last.unhealthy()));
        control.remember(policies.state());
        loop.start();
        background.execute(this::recount);
        background.scheduleWithFixedDelay(this::control, CONTROL_EVERY_MS, CONTROL_EVERY_MS, TimeUnit.MILLISECONDS);
        background.scheduleAtFixedRate(this::report, REPORT_EVERY_S, REPORT_EVERY_S, TimeUnit.SECONDS);
        loop.awaitAssignment();
    }

    Counters counters() {
        return counters;
    }

    private void report() {
        LOG.info(
                "{}; in_flight={}; control_records_refused={}",
                counters,
                loop.inFlight(),
                policies.state().refused());
        counters.newTroubles().forEach(trouble -> LOG.warn("aggregator {}", trouble));
    }

    private void recount() {
        try (recount) {
            recount.countInto(caps, () -> stopping);
            recounted = true;
        } catch (RuntimeException e) {
            onFailure.accept(new IllegalStateException("the fills of today could not be counted again", e));
        }
    }

    private void control() {
        try {
            control.publishHealth();
            if (recounted) {
                control.publishCaps();
            }
        } catch (RuntimeException e) {
            LOG.warn("health or caps could not be published; it will be tried again", e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        loop.close();
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
