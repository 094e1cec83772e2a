package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.Correction;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How aggregators answer of late against what the model expects of them, by the minute: fills and their prices, as
 * dispatchers have them. What boxes say does not come here. An aggregator that answers everything with "no bid", that
 * times out or pays another price than it did is found within some tens of answers, and so is its recovery; one that
 * does as expected is left alone.
 *
 * <p>Where there is no model, an aggregator's own last hour says what is expected of it. Deterministic: the same
 * answers at the same times give the same corrections. Thread-safe.
 */
public final class ResponseWatch {
    /** What the record of a process before counts for, in expected fills. */
    private static final double REMEMBERED = 64;
    /** Of fills that are counted the variance is at most their mean. */
    private static final double COUNTS = 1;

    private static final int LEAST_ANSWERS = 8;
    /** More than of answers: a single price may be four times what was expected. */
    private static final int LEAST_PRICES = 16;

    private final Map<String, Watched> aggregators = new ConcurrentHashMap<>();

    /** One aggregator. */
    private static final class Watched {
        final AdaptiveWindow fills = new AdaptiveWindow(LEAST_ANSWERS);
        final AdaptiveWindow prices = new AdaptiveWindow(LEAST_PRICES);
        final FillHistory history = new FillHistory();
        PriceSpread spread = PriceSpread.UNKNOWN;

        synchronized void answered(long atMs, boolean fill, Double expectedFill) {
            double expected = expectedFill == null ? history.share(atMs) : expectedFill;
            if (expected > 0) {
                fills.add(atMs, fill ? 1 : 0, expected);
            }
            history.add(atMs, fill);
        }

        synchronized void paid(long atMs, long priceMicros, long expectedMicros, PriceSpread about) {
            spread = about;
            prices.add(atMs, PriceSpread.ratio(priceMicros, expectedMicros), about.mean());
        }

        synchronized Correction correction(long nowMs) {
            return new Correction(
                    bounded(fills.ratio(nowMs, COUNTS)),
                    bounded(prices.ratio(nowMs, spread.variance() / spread.mean())));
        }

        private static double bounded(double ratio) {
            return Math.max(Correction.LEAST, Math.min(Correction.MOST, ratio));
        }
    }

    /** Goes on from what a process before this one has found. */
    public void remember(Map<String, Correction> found, long nowMs) {
        found.forEach((aggregator, correction) -> {
            Watched watched = watched(aggregator);
            synchronized (watched) {
                watched.fills.begin(nowMs, correction.fill(), REMEMBERED);
                watched.prices.begin(nowMs, correction.price(), REMEMBERED);
            }
        });
    }

    /**
     * An attempt is over.
     *
     * @param atMs when, not before the last one of the aggregator by more than moments
     * @param fill whether it filled
     * @param expectedFill what the model gave it, uncorrected, with the time that it had; null without a model
     */
    public void answered(String aggregatorId, long atMs, boolean fill, Double expectedFill) {
        watched(aggregatorId).answered(atMs, fill, expectedFill);
    }

    /**
     * A fill has a price.
     *
     * @param expectedMicros by the model, uncorrected; nothing is learned from a fill of which none was expected
     * @param spread how the aggregator's prices scatter about what the model expects
     */
    public void paid(String aggregatorId, long atMs, long priceMicros, long expectedMicros, PriceSpread spread) {
        if (expectedMicros > 0) {
            watched(aggregatorId).paid(atMs, priceMicros, expectedMicros, spread);
        }
    }

    /** By aggregator, those only that do not do as expected. */
    public Map<String, Correction> corrections(long nowMs) {
        Map<String, Correction> found = new TreeMap<>();
        aggregators.forEach((id, watched) -> {
            Correction correction = watched.correction(nowMs);
            if (!correction.equals(Correction.NONE)) {
                found.put(id, correction);
            }
        });
        return found;
    }

    private Watched watched(String aggregatorId) {
        return aggregators.computeIfAbsent(aggregatorId, id -> new Watched());
    }
}
