package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Asks the judge of a day now and then whether all merged answers equal the recount, and how requests are decided. */
final class DaySamples implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final long WINDOW_MS = 10_000;
    /** The judge may be behind, and a request this young undecided. */
    private static final long SETTLED_MS = 3_000;

    private static final int DIFFERENCES_SHOWN = 3;

    private final Helper judge;
    private final Duration every;
    private final Consumer<String> say;
    private final Thread thread = new Thread(this::run, "samples");
    private int taken;
    private int equal;
    private long compared;
    private double seconds;
    private JsonNode decisions = Machine.JSON.createObjectNode();
    private volatile boolean closed;

    DaySamples(Helper judge, Duration every, Consumer<String> say) {
        this.judge = judge;
        this.every = every;
        this.say = say;
    }

    DaySamples start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    synchronized boolean allEqual() {
        return taken > 0 && equal == taken;
    }

    /** How the requests of some ten seconds were decided. */
    synchronized JsonNode decisions() {
        return decisions;
    }

    @Override
    public synchronized String toString() {
        return equal + "/" + taken + " recounts equal";
    }

    synchronized ObjectNode figures() {
        return Machine.JSON
                .createObjectNode()
                .put("samples", taken)
                .put("equal", equal)
                .put("numbers_compared", compared)
                .put("seconds_a_sample", taken == 0 ? 0 : Math.round(10 * seconds / taken) / 10.0);
    }

    private void run() {
        long next = System.nanoTime() + every.toNanos();
        try {
            while (!closed) {
                Thread.sleep(LOOK.toMillis());
                long to = System.currentTimeMillis() - SETTLED_MS;
                JsonNode now = judge.ask("decisions " + (to - WINDOW_MS) + " " + to);
                synchronized (this) {
                    decisions = now;
                }
                if (System.nanoTime() >= next) {
                    next += every.toNanos();
                    sample();
                }
            }
        } catch (InterruptedException e) {
            // close() asked for it.
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                failed(e);
            }
        }
    }

    private synchronized void failed(Exception reason) {
        taken++;
        say.accept("no more samples: " + reason.getMessage());
    }

    /** Takes one now, besides those that come by themselves. */
    void sample() throws IOException {
        long began = System.nanoTime();
        JsonNode answer = judge.ask("sample");
        synchronized (this) {
            seconds += (System.nanoTime() - began) / 1e9;
            taken++;
            compared += answer.path("compared").asLong();
            if (answer.get("equal").asBoolean()) {
                equal++;
                return;
            }
        }
        say.accept("a merged answer differs from the recount:");
        int shown = 0;
        for (JsonNode difference : answer.get("differences")) {
            if (shown++ < DIFFERENCES_SHOWN) {
                say.accept("  " + difference.asText());
            }
        }
    }

    /** None comes by itself any more; returns when the last has been taken. */
    void finish() throws InterruptedException {
        closed = true;
        thread.join();
    }

    /** Waits for nothing: the judge may be about to be ended. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
