package io.datastreamx.simulator;

import io.datastreamx.kafka.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The fleet on a real log: one thread reads deliveries, lets the fleet do what is due, and publishes. */
final class LiveRun {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRun.class);
    private static final Duration TICK = Duration.ofMillis(4);
    private static final long CATCH_UP_MS = 20;
    private static final long REPORT_MS = 30_000;

    private final KafkaClients kafka;
    private final FleetOptions options;
    private final Clock clock;
    private final AtomicBoolean stopped = new AtomicBoolean();

    LiveRun(KafkaClients kafka, FleetOptions options, Clock clock) {
        this.kafka = kafka;
        this.options = options;
        this.clock = clock;
    }

    void stop() {
        stopped.set(true);
    }

    /**
     * Runs until stopped.
     *
     * @param duration how long at most
     * @param ready run once, when the first ad request is in the log
     */
    void run(Truth truth, Duration duration, Runnable ready) {
        long startMs = clock.millis();
        long endMs = startMs + duration.toMillis();
        Agenda agenda = new Agenda(CATCH_UP_MS);
        boolean told = false;
        long reportAtMs = startMs + REPORT_MS;
        try (KafkaSink sink = new KafkaSink(kafka);
                DeliveryReader deliveries = new DeliveryReader(kafka)) {
            Fleet fleet = new Fleet(truth, options, sink, agenda, request -> {}, clock.millis());
            while (!stopped.get() && clock.millis() < endMs) {
                for (Delivery delivery : deliveries.poll(TICK)) {
                    fleet.deliver(delivery, clock.millis());
                }
                fleet.advance(clock.millis());
                if (!told && sink.flows()) {
                    told = true;
                    ready.run();
                }
                if (clock.millis() >= reportAtMs) {
                    reportAtMs += REPORT_MS;
                    LOG.info("sent so far: {}", fleet.sent());
                }
            }
            LOG.info("stopping; sent: {}", fleet.sent());
        }
    }
}
