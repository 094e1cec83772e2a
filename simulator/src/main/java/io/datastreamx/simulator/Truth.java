package io.datastreamx.simulator;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the simulated aggregators and viewers really behave. Everything is a function of the seed: chances are linear in
 * the log-odds of effects that are one normal number per (effect, aggregator, value of the context), outcomes are a
 * function of (seed, request id, aggregator). Nothing outside the simulator may learn from it; evaluation may ask it
 * what a decision was worth. Immutable and thread-safe.
 */
public final class Truth {
    static final double PRICE_SIGMA = 0.25;
    private static final long SLOWEST_MS = 3_000;
    private static final Map<String, AggregatorProfile> PROFILES =
            AggregatorProfile.ALL.stream().collect(Collectors.toMap(AggregatorProfile::id, Function.identity()));

    private final long seed;

    private Truth(long seed) {
        this.seed = seed;
    }

    /** The world of this seed; the same in every process. */
    public static Truth seeded(long seed) {
        return new Truth(seed);
    }

    public List<String> aggregatorIds() {
        return AggregatorProfile.ALL.stream().map(AggregatorProfile::id).toList();
    }

    /**
     * Expectation, in closed form, of what asking this aggregator (and no other after it) earns: P(an ad before its
     * timeout) · P(complete | ad) · E[CPM price] / 1000.
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
        AggregatorProfile profile = profile(aggregatorId);
        double fill = profile.fillLogit()
                + 1.0 * effect("fill channel", aggregatorId, context.channelId())
                + 0.6 * effect("fill region", aggregatorId, context.region())
                + 0.6 * effect("fill device", aggregatorId, context.deviceModel())
                + 0.2 * effect("fill previous", aggregatorId, context.previousChannelId())
                + 0.2 * effect("fill last ad", aggregatorId, Catalog.categoryOf(context.lastAdId()))
                + 0.25 * Math.sin(2 * Math.PI * hour(context) / 24 + effect("fill hour", aggregatorId, null));
        double watched = profile.watchedLogit()
                + 0.4 * effect("watched channel", aggregatorId, context.channelId())
                + 0.5 * effect("watched device", aggregatorId, context.deviceModel())
                + 0.2 * effect("watched last ad", aggregatorId, Catalog.categoryOf(context.lastAdId()));
        return new Chances(
                profile.error(),
                Normal.logistic(fill),
                Normal.cumulative(Math.log(profile.timeoutMs() / profile.latencyMedianMs()) / profile.latencySigma()),
                meanPriceMicros(profile, context),
                profile.playbackError(),
                Normal.logistic(watched));
    }

    /** The mean CPM price of an aggregator over all contexts: its contract price. */
    long contractPriceMicros(String aggregatorId) {
        return profile(aggregatorId).meanPriceMicros();
    }

    /** No bid is above this CPM price: far enough out not to bend the expectation. */
    long maxPriceMicros(String aggregatorId) {
        return 10 * contractPriceMicros(aggregatorId);
    }

    int timeoutMs(String aggregatorId) {
        return profile(aggregatorId).timeoutMs();
    }

    /** What this aggregator does with this request. */
    Answer answer(String aggregatorId, TruthContext context, String requestId, long bidFloorMicros) {
        AggregatorProfile profile = profile(aggregatorId);
        Chances chances = chances(aggregatorId, context);
        SplittableRandom random = Draws.random(seed, "answer", requestId, aggregatorId);
        double latency = profile.latencyMedianMs() * Math.exp(profile.latencySigma() * random.nextGaussian());
        long latencyMs = Math.min(SLOWEST_MS, Math.round(latency));
        boolean error = random.nextDouble() < chances.error();
        boolean fill = random.nextDouble() < chances.fill();
        long price = Math.min(
                maxPriceMicros(aggregatorId),
                Math.round(chances.meanPriceMicros()
                        * Math.exp(PRICE_SIGMA * random.nextGaussian() - PRICE_SIGMA * PRICE_SIGMA / 2)));
        if (error) {
            return new Answer(Answer.Kind.ERROR, latencyMs, 0, null);
        }
        if (!fill || price < bidFloorMicros) {
            return new Answer(Answer.Kind.NO_FILL, latencyMs, 0, null);
        }
        String adId = Catalog.adId(aggregatorId, random.nextInt(Catalog.ADS_PER_AGGREGATOR));
        return new Answer(Answer.Kind.FILL, latencyMs, price, adId);
    }

    /** What happens when the box plays the ad that this aggregator gave for this request. */
    Playback playback(String aggregatorId, TruthContext context, String requestId) {
        Chances chances = chances(aggregatorId, context);
        SplittableRandom random = Draws.random(seed, "playback", requestId, aggregatorId);
        if (random.nextDouble() < chances.playbackError()) {
            return new Playback(true, random.nextBoolean(), 0);
        }
        boolean watched = random.nextDouble() < chances.watched();
        return new Playback(false, true, watched ? Playback.ALL_STAGES : 1 + random.nextInt(Playback.ALL_STAGES - 1));
    }

    private double meanPriceMicros(AggregatorProfile profile, TruthContext context) {
        double log = 0.30 * effect("price channel", profile.id(), context.channelId())
                + 0.20 * effect("price region", profile.id(), context.region());
        return profile.meanPriceMicros() * Math.exp(Math.max(-1.2, Math.min(1.2, log)));
    }

    private double effect(String name, String aggregatorId, String value) {
        return Draws.gaussian(seed, name, aggregatorId, value);
    }

    private static double hour(TruthContext context) {
        return context.time().atZone(ZoneOffset.UTC).getHour();
    }

    private static AggregatorProfile profile(String aggregatorId) {
        AggregatorProfile profile = PROFILES.get(aggregatorId);
        if (profile == null) {
            throw new IllegalArgumentException("no simulated aggregator is called '" + aggregatorId + "'; there are "
                    + AggregatorProfile.ALL.stream().map(AggregatorProfile::id).toList());
        }
        return profile;
    }
}
