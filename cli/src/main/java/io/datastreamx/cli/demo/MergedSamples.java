package io.datastreamx.cli.demo;

import io.datastreamx.process.Background;
import io.datastreamx.verification.MergedCheck;
import io.datastreamx.verification.Recount;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Compares, while everything runs, all merged answers with an independent recount of exactly the prefix of the log that
 * they state.
 */
final class MergedSamples implements AutoCloseable {
    static final Duration EVERY = Duration.ofSeconds(12);

    private static final int DIFFERENCES_SHOWN = 3;

    private final MergedCheck check;
    private final Consumer<String> say;
    private final ScheduledExecutorService timer = Background.named("merged-samples");

    private volatile int taken;
    private volatile int exact;
    private volatile long compared;

    MergedSamples(String http, Recount recount, Consumer<String> say) {
        this.check = new MergedCheck(URI.create(http), recount::upTo);
        this.say = say;
    }

    /** Begins to take samples. */
    MergedSamples start() {
        timer.scheduleWithFixedDelay(this::sample, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    int taken() {
        return taken;
    }

    int exact() {
        return exact;
    }

    /** How many single numbers were compared. */
    long compared() {
        return compared;
    }

    boolean allExact() {
        return exact == taken;
    }

    private void sample() {
        try {
            MergedCheck.Result result = check.check();
            compared += result.compared();
            taken++;
            if (result.equal()) {
                exact++;
            } else {
                say.accept("a merged answer differs from the recount:");
                result.differences().stream().limit(DIFFERENCES_SHOWN).forEach(say);
            }
        } catch (IllegalStateException e) {
            taken++;
            say.accept("a sample could not be taken: " + e.getMessage());
        }
    }

    /** Ends the series with one last sample. */
    @Override
    public void close() {
        if (timer.isShutdown()) {
            return;
        }
        timer.shutdown();
        try {
            if (timer.awaitTermination(1, TimeUnit.MINUTES)) {
                sample();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
