package io.datastreamx.simulator;

import io.datastreamx.simulator.world.Truth;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The fleet live: one thread takes the ads that come, lets the fleet do what is due, and sends. */
final class LiveRun {
    private static final Logger LOG = LoggerFactory.getLogger(LiveRun.class);
    private static final Duration TICK = Duration.ofMillis(4);
    private static final long CATCH_UP_MS = 20;
    private static final long REPORT_MS = 30_000;

    private final Supplier<Uplink> uplinks;
    private final FleetOptions options;
    private final Clock clock;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** @param uplinks opens the one that the boxes use */
    LiveRun(Supplier<Uplink> uplinks, FleetOptions options, Clock clock) {
        this.uplinks = uplinks;
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
        try (Uplink uplink = uplinks.get()) {
            Fleet fleet = new Fleet(truth, options, uplink, agenda, request -> {}, clock.millis());
            while (!stopped.get() && clock.millis() < endMs) {
                for (Delivery delivery : uplink.poll(TICK)) {
                    fleet.deliver(delivery, clock.millis());
                }
                fleet.advance(clock.millis());
                if (!told && uplink.flows()) {
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
