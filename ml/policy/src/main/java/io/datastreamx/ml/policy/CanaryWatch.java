package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Canary;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.bounds.ConfidenceSequence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a canary does against the model in force, request by request: what a request earns, and whether it is filled at
 * all, which errors and time-outs prevent. A fill is worth its price times the chance that it is watched to its end,
 * which whoever feeds this takes from the model in force; what boxes say does not come here.
 *
 * <p>The mean of the canary's requests since the last comparison is held against the mean of the others', so that the
 * time of day does not matter; the differences make a sequence whose bounds hold however often one looks
 * ({@link ConfidenceSequence}). A canary that is no worse is taken for worse in at most {@link #ALPHA} of all cases.
 * Deterministic. Thread-safe.
 */
public final class CanaryWatch {
    /** Chance of giving up a canary that is no worse. */
    public static final double ALPHA = 0.03;
    /** What a canary may earn less. */
    public static final double REVENUE_MARGIN = 0.01;
    /** What share of its fills a canary may lose; revenue alone would not show at once that few are left. */
    public static final double FILL_MARGIN = 0.5;
    /** After its first answer a request waits so long for its fill, those without one as long as the others. */
    public static final Duration SETTLED_AFTER = Duration.ofSeconds(10);

    /** Fills of either side that only tell in what range values lie. */
    private static final int MEASURED_FILLS = 50;
    /** No request counts for more than so many times the mean fill. */
    private static final double MOST = 4;

    private final long requests;
    private final Duration leastTime;
    private final Deque<Request> open = new ArrayDeque<>();
    private final Map<String, Request> byId = new HashMap<>();
    private Canary canary;
    private String inForce;
    private int measuredFills;
    private double measuredValue;
    private Side tried = new Side();
    private Side rest = new Side();
    private ConfidenceSequence.Running revenue;
    private ConfidenceSequence.Running fills;

    /** What is to be done with a canary. */
    public enum Outcome {
        /** It goes on. */
        GO_ON,
        /** It has been tried enough and is not worse for sure: it decides for all from now on. */
        PROMOTE,
        /** It is worse for sure: the model in force decides for all again. */
        ROLL_BACK
    }

    /**
     * What has been found.
     *
     * @param reason for people, one line
     * @param requests of the canary that were counted
     * @param revenueMicros of the canary and of the rest per thousand requests, micro-units, each fill for what it
     *     counts
     * @param fillRate of the canary and of the rest, by request
     */
    public record Verdict(
            Outcome outcome,
            String reason,
            long requests,
            long revenueMicros,
            long restRevenueMicros,
            double fillRate,
            double restFillRate) {}

    private static final class Request {
        final String id;
        final boolean tried;
        final long atMs;
        double value;
        boolean filled;

        Request(String id, boolean tried, long atMs) {
            this.id = id;
            this.tried = tried;
            this.atMs = atMs;
        }
    }

    /** Sums over all requests, and over those that have not been compared yet. */
    private static final class Side {
        long requests;
        double value;
        long filled;
        long newRequests;
        double newValue;
        long newFilled;

        void add(double worth, boolean fill) {
            requests++;
            value += worth;
            filled += fill ? 1 : 0;
            newRequests++;
            newValue += worth;
            newFilled += fill ? 1 : 0;
        }

        void compared() {
            newRequests = 0;
            newValue = 0;
            newFilled = 0;
        }

        long revenueMicros() {
            return Math.round(value / Math.max(1, requests));
        }

        double fillRate() {
            return filled / (double) Math.max(1, requests);
        }
    }

    /** @param requests so many of a canary's requests are enough, once {@code leastTime} is over too */
    public CanaryWatch(long requests, Duration leastTime) {
        this.requests = requests;
        this.leastTime = leastTime;
    }

    /** A policy has come into force; with another canary, or none, all begins anew. */
    public synchronized void follow(PolicyDocument policy) {
        String model = policy.model() == null ? null : policy.model().version();
        if (policy.canary() == null ? canary != null : !policy.canary().equals(canary) || !model.equals(inForce)) {
            canary = policy.canary();
            inForce = model;
            open.clear();
            byId.clear();
            measuredFills = 0;
            measuredValue = 0;
            tried = new Side();
            rest = new Side();
            revenue = new ConfidenceSequence(-MOST, MOST, ALPHA).running();
            fills = new ConfidenceSequence(-1, 1, ALPHA).running();
        }
    }

    /** Whether there is anything to watch. */
    public synchronized boolean isWatching() {
        return canary != null;
    }

    /**
     * An attempt is over.
     *
     * @param modelVersion the model that decided the request; others than the canary and the one in force do not count
     * @param atMs when, not before the last one by more than moments
     * @param valueMicros what the fill is worth, micro-units per thousand; 0 where there was none
     */
    public synchronized void answered(
            String requestId, String modelVersion, long atMs, boolean fill, double valueMicros) {
        if (canary == null) {
            return;
        }
        boolean byCanary = canary.model().version().equals(modelVersion);
        if (!byCanary && !inForce.equals(modelVersion)) {
            return;
        }
        settle(atMs);
        Request request = byId.computeIfAbsent(requestId, id -> {
            Request begun = new Request(id, byCanary, atMs);
            open.add(begun);
            return begun;
        });
        if (fill) {
            request.filled = true;
            request.value = valueMicros;
        }
    }

    private void settle(long nowMs) {
        while (!open.isEmpty() && open.peek().atMs <= nowMs - SETTLED_AFTER.toMillis()) {
            Request request = open.remove();
            byId.remove(request.id);
            count(request);
        }
    }

    private void count(Request request) {
        if (measuredFills < MEASURED_FILLS) {
            measuredFills += request.filled ? 1 : 0;
            measuredValue += request.value;
            return;
        }
        double mean = measuredValue / MEASURED_FILLS;
        double worth = mean > 0 ? Math.min(request.value, MOST * mean) : 0;
        (request.tried ? tried : rest).add(worth, request.filled);
        if (tried.newRequests > 0 && rest.newRequests > 0) {
            if (mean > 0) {
                revenue.add(
                        (tried.newValue / tried.newRequests - (1 - REVENUE_MARGIN) * rest.newValue / rest.newRequests)
                                / mean);
            }
            fills.add(tried.newFilled / (double) tried.newRequests
                    - (1 - FILL_MARGIN) * rest.newFilled / rest.newRequests);
            tried.compared();
            rest.compared();
        }
    }

    /** Empty where another canary is followed, or none. */
    public synchronized Optional<Verdict> verdict(Canary about, Instant now) {
        if (!about.equals(canary)) {
            return Optional.empty();
        }
        settle(now.toEpochMilli());
        return Optional.of(judged(now));
    }

    private Verdict judged(Instant now) {
        if (fills.interval().high() < 0) {
            return verdict(Outcome.ROLL_BACK, "fewer than half as many requests are filled as with " + inForce);
        } else if (revenue.interval().high() < 0) {
            return verdict(
                    Outcome.ROLL_BACK,
                    "a request earns less than with " + inForce
                            + ", by more than %.0f %% and beyond doubt".formatted(100 * REVENUE_MARGIN));
        } else if (tried.requests >= requests
                && Duration.between(canary.since(), now).compareTo(leastTime) >= 0) {
            return verdict(Outcome.PROMOTE, tried.requests + " requests, and not shown to be worse than " + inForce);
        }
        return verdict(Outcome.GO_ON, tried.requests + " of " + requests + " requests so far");
    }

    private Verdict verdict(Outcome outcome, String reason) {
        return new Verdict(
                outcome,
                reason,
                tried.requests,
                tried.revenueMicros(),
                rest.revenueMicros(),
                tried.fillRate(),
                rest.fillRate());
    }
}
