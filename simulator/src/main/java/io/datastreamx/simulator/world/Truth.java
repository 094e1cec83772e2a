package io.datastreamx.simulator.world;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How the aggregators and viewers of a world really behave. Everything is a function of world, seed and start: effects
 * are one normal number per (effect, aggregator, value of the context), outcomes a function of (seed, request id,
 * aggregator), so that a request has the same fate with an aggregator whoever asks it and whenever in the chain.
 * Nothing outside the simulator may learn from it; evaluation may ask it what a decision was worth. Immutable and
 * thread-safe.
 */
public final class Truth {
    /** Longer than anybody waits. */
    private static final long SLOWEST_MS = 3_000;

    private static final double DAY_MS = 86_400_000;

    private final World world;
    private final long seed;
    private final long startMs;
    private final Situation.Places places;
    private final Landscape fill;
    private final Landscape watched;
    private final Landscape price;
    private final List<AggregatorProfile> profiles;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final Changes changes;

    private Truth(World world, long seed, Instant start) {
        this.world = world;
        this.seed = seed;
        this.startMs = start.toEpochMilli();
        this.places = new Situation.Places(world.viewing());
        this.fill = new Landscape(seed, "fill", world.fill(), world);
        this.watched = new Landscape(seed, "watched", world.watched(), world);
        this.price = new Landscape(seed, "price", world.price(), world);
        this.profiles = world.aggregators();
        profiles.forEach(profile -> indexes.put(profile.id(), indexes.size()));
        this.changes = new Changes(seed, world);
    }

    /**
     * @param seed draws the effects where the world names no seed of its own
     * @param start from which the days of the world's drift count
     */
    public static Truth of(World world, long seed, Instant start) {
        return new Truth(world, world.seed() == null ? seed : world.seed(), start);
    }

    public World world() {
        return world;
    }

    /** Those there are at some time, in the order of their terms. */
    public List<String> aggregatorIds() {
        return world.aggregatorIds();
    }

    /**
     * Place of an aggregator in {@link #aggregatorIds}. @throws IllegalArgumentException for one that is not simulated
     */
    public int indexOf(String aggregatorId) {
        Integer index = indexes.get(aggregatorId);
        if (index == null) {
            throw new IllegalArgumentException(
                    "no simulated aggregator is called '" + aggregatorId + "'; there are " + aggregatorIds());
        }
        return index;
    }

    /** Whether the aggregator is there at that time. */
    public boolean isThere(String aggregatorId, Instant time) {
        return days(time.toEpochMilli()) >= changes.arrivalDay(indexOf(aggregatorId));
    }

    /** The context, ready to be asked about. */
    public Situation situation(TruthContext context) {
        return places.of(context);
    }

    /**
     * Expectation, in closed form, of what asking this aggregator (and no other after it) earns without a floor: P(an
     * ad before its timeout) · P(complete | ad) · E[CPM price] / 1000.
     *
     * @return micro-units of the currency per request
     * @throws IllegalArgumentException for an aggregator that is not simulated
     */
    public double expectedRevenueMicrosPerRequest(String aggregatorId, TruthContext context) {
        return chances(aggregatorId, context).revenueMicrosPerRequest();
    }

    /** What the best aggregator for this context would earn, micro-units per request. */
    public double oracleRevenueMicrosPerRequest(TruthContext context) {
        return aggregatorIds().stream()
                .mapToDouble(id -> expectedRevenueMicrosPerRequest(id, context))
                .max()
                .orElseThrow();
    }

    /** What a fair draw among all aggregators would earn, micro-units per request. */
    public double uniformRevenueMicrosPerRequest(TruthContext context) {
        return aggregatorIds().stream()
                .mapToDouble(id -> expectedRevenueMicrosPerRequest(id, context))
                .average()
                .orElseThrow();
    }

    /** The chances behind {@link #expectedRevenueMicrosPerRequest}. */
    public Chances chances(String aggregatorId, TruthContext context) {
        return chances(indexOf(aggregatorId), situation(context), 0);
    }

    /**
     * What asking would come to.
     *
     * @param aggregator its place
     * @param floorMicros least CPM price accepted, micro-units
     */
    public Chances chances(int aggregator, Situation s, long floorMicros) {
        AggregatorProfile profile = profiles.get(aggregator);
        double days = days(s.timeMs);
        Drift.By outage = changes.outage(aggregator, days);
        boolean absent = days < changes.arrivalDay(aggregator);
        Bids bids = bids(aggregator, s, days);
        double ad = outage == Drift.By.NO_CONTENT || absent ? 0 : fillChance(aggregator, s, days);
        double above = bids.above(floorMicros);
        return new Chances(
                profile.error(),
                ad * above,
                latencyMedianMs(profile, s),
                profile.latencySigma(),
                profile.timeoutMs(),
                outage == Drift.By.TIMEOUT,
                above > 0 ? bids.sumAbove(floorMicros) / above : 0,
                profile.playbackError(),
                meanWatched(aggregator, s),
                world.correlation());
    }

    /** What this aggregator does with this request. */
    public Answer answer(String aggregatorId, TruthContext context, String requestId, long bidFloorMicros) {
        return answer(indexOf(aggregatorId), situation(context), requestId, bidFloorMicros);
    }

    /** What this aggregator does with this request. @param aggregator its place */
    public Answer answer(int aggregator, Situation s, String requestId, long bidFloorMicros) {
        AggregatorProfile profile = profiles.get(aggregator);
        double days = days(s.timeMs);
        Drift.By outage = changes.outage(aggregator, days);
        boolean absent = outage == Drift.By.NO_CONTENT || days < changes.arrivalDay(aggregator);
        SplittableRandom random = Draws.random(seed, "answer", requestId, profile.id());
        double latency = latencyMedianMs(profile, s) * Math.exp(profile.latencySigma() * random.nextGaussian());
        long latencyMs = outage == Drift.By.TIMEOUT ? SLOWEST_MS : Math.min(SLOWEST_MS, Math.round(latency));
        boolean error = random.nextDouble() < profile.error();
        double chance = absent ? 0 : fillChance(aggregator, s, days);
        boolean filled = hidden(requestId, random) < chance;
        double gaussian = random.nextGaussian();
        String adId = Ads.adId(profile.id(), random.nextInt(Ads.PER_AGGREGATOR));
        boolean spike = profile.spikeShare() > 0 && random.nextDouble() < profile.spikeShare();
        if (error) {
            return new Answer(Answer.Kind.ERROR, latencyMs, 0, null);
        }
        if (!filled) {
            return new Answer(Answer.Kind.NO_FILL, latencyMs, 0, null);
        }
        long bid = bids(aggregator, s, days).of(gaussian, spike);
        return bid < bidFloorMicros
                ? new Answer(Answer.Kind.NO_FILL, latencyMs, 0, null)
                : new Answer(Answer.Kind.FILL, latencyMs, bid, adId);
    }

    /** What happens when the box plays the ad that this aggregator gave for this request. */
    public Playback playback(String aggregatorId, String adId, TruthContext context, String requestId) {
        return playback(indexOf(aggregatorId), adId, situation(context), requestId);
    }

    /** What happens when the box plays this ad. @param aggregator place of the one that gave it */
    public Playback playback(int aggregator, String adId, Situation s, String requestId) {
        AggregatorProfile profile = profiles.get(aggregator);
        SplittableRandom random = Draws.random(seed, "playback", requestId, profile.id());
        if (random.nextDouble() < profile.playbackError()) {
            return new Playback(true, random.nextBoolean(), 0, 0, 0);
        }
        boolean complete = random.nextDouble() < watchedChance(watchedLogit(aggregator, s), adId, s);
        int stages = complete ? Playback.ALL_STAGES : 1 + random.nextInt(Playback.ALL_STAGES - 1);
        Completion completion = world.completion();
        double step = random.nextDouble();
        boolean late = completion.lateShare() > 0 && random.nextDouble() < completion.lateShare();
        double lateS = late ? completion.lateMedianS() * Math.exp(completion.lateSigma() * random.nextGaussian()) : 0;
        return new Playback(false, true, stages, completion.stepMs(step), Math.round(1_000 * lateS));
    }

    private double days(long timeMs) {
        return (timeMs - startMs) / DAY_MS;
    }

    /** Fill is below its chance: uniform, and of one request alike for all where the world says so. */
    private double hidden(String requestId, SplittableRandom random) {
        double rho = world.correlation();
        if (rho == 0) {
            return random.nextDouble();
        }
        double shared = Draws.gaussian(seed, "market", requestId);
        return Normal.cumulative(Math.sqrt(rho) * shared + Math.sqrt(1 - rho) * random.nextGaussian());
    }

    private double fillChance(int aggregator, Situation s, double days) {
        return Normal.logistic(
                fill.at(aggregator, profiles.get(aggregator).fillLogit(), s) + changes.fill(aggregator, days));
    }

    private double latencyMedianMs(AggregatorProfile profile, Situation s) {
        return profile.load() == 0
                ? profile.latencyMedianMs()
                : profile.latencyMedianMs()
                        * (1 + profile.load() * Math.pow(world.traffic().busy(s.hour), 2));
    }

    private double watchedLogit(int aggregator, Situation s) {
        return watched.at(aggregator, profiles.get(aggregator).watchedLogit(), s);
    }

    private double watchedChance(double logit, String adId, Situation s) {
        double views = world.fatigue() == 0 || s.context.viewed() == null
                ? 0
                : s.context.viewed().views(adId, s.timeMs, world.fatigueHours());
        return Normal.logistic(logit - world.fatigue() * views);
    }

    /** Over the ads that the aggregator may give, each as likely. */
    private double meanWatched(int aggregator, Situation s) {
        double logit = watchedLogit(aggregator, s);
        if (world.fatigue() == 0 || s.context.viewed() == null) {
            return Normal.logistic(logit);
        }
        double sum = 0;
        for (int ad = 0; ad < Ads.PER_AGGREGATOR; ad++) {
            sum += watchedChance(logit, Ads.adId(profiles.get(aggregator).id(), ad), s);
        }
        return sum / Ads.PER_AGGREGATOR;
    }

    private Bids bids(int aggregator, Situation s, double days) {
        AggregatorProfile profile = profiles.get(aggregator);
        double bent = price.at(aggregator, 0, s);
        double log = Math.max(-world.priceLimit(), Math.min(world.priceLimit(), bent));
        return new Bids(profile, changes.meanPriceMicros(aggregator, days) * Math.exp(log));
    }
}
