package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.Background;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Set;
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

    private final Consumer<Throwable> onFailure;
    private final PolicyFollower policies;
    private final EventProducer events;
    private final AggregatorClient client;
    private final DecisionLoop loop;
    private final ControlLoop control;
    private final CapRecount recount;
    private final CapCounter caps = new CapCounter();
    private final Counters counters = new Counters();
    private final ScheduledExecutorService background = Background.named("dispatch-background", 2);
    private volatile boolean recounted;
    private volatile boolean stopping;

    /**
     * @param onFailure told, possibly more than once, why it cannot go on
     * @throws org.apache.kafka.common.KafkaException if the broker or its topics are not there
     */
    DispatchService(Settings settings, Clock clock, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        KafkaConnection kafka = KafkaConnection.of(settings.kafka());
        PolicyTopic topic = new PolicyTopic(Lake.of(settings), kafka);
        events = new EventProducer(kafka);
        policies = new PolicyFollower(topic, kafka, onFailure);
        client = new AggregatorClient(settings.currency());
        Set<String> sick =
                policies.lastHealth().map(ControlRecord.Health::unhealthy).orElse(Set.of());
        HealthMonitor health = new HealthMonitor(settings.dispatch(), sick);
        control = new ControlLoop(topic, policies, health, caps, clock);
        recount = new CapRecount(
                kafka,
                settings.currency(),
                clock.instant().atZone(ZoneOffset.UTC).toLocalDate());
        loop = new DecisionLoop(
                settings,
                new Dispatcher(
                        aggregator -> policies.policy().flatMap(policy -> policy.endpoint(aggregator)),
                        client,
                        new AttemptRecorder(events, settings.currency(), counters, health, caps),
                        clock),
                counters,
                clock,
                onFailure);
    }

    /** Starts to work; returns when decisions are being read. */
    void start() throws InterruptedException {
        policies.start();
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
        LOG.info("{}; in_flight={}", counters, loop.inFlight());
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
        events.close();
        report();
        LOG.info("stopped");
    }
}
