package io.datastreamx.simulator.lab;

/**
 * One day of one policy. Expectations are taken over a sample of the requests, under the truth, for the orders that the
 * policy wanted and for those of oracles on the same requests; all CPM micro-units, that is, micro-units per thousand
 * requests.
 */
final class DayFigures {
    long requests;
    long revenueCpmMicros;
    long attempts;
    long fills;
    long sampled;
    /** The whole chain: the policy, the oracle, the oracle's first-attempt order, the waterfall, a fair shuffle. */
    double chain;

    double chainOracle;
    double chainFirst;
    double chainWaterfall;
    double chainUniform;
    /** The first attempt alone: the policy, the best, a fair draw. */
    double first;

    double firstOracle;
    double firstUniform;
    /**
     * Where there are caps: what orders without the exhausted were worth, and the cap oracle's bound, on some requests.
     */
    double underCaps;

    double capOracle;
    /** For standard errors of the share of the chain oracle. */
    double chainSquares;

    double oracleSquares;
    double products;
    /** By aggregator place. */
    long[] asked;

    long[] filled;
    /** First places. */
    long[] chosen;

    DayFigures(int aggregators) {
        asked = new long[aggregators];
        filled = new long[aggregators];
        chosen = new long[aggregators];
    }

    void sample(double value, double oracle) {
        sampled++;
        chain += value;
        chainOracle += oracle;
        chainSquares += value * value;
        oracleSquares += oracle * oracle;
        products += value * oracle;
    }

    void add(DayFigures other) {
        requests += other.requests;
        revenueCpmMicros += other.revenueCpmMicros;
        attempts += other.attempts;
        fills += other.fills;
        sampled += other.sampled;
        chain += other.chain;
        chainOracle += other.chainOracle;
        chainFirst += other.chainFirst;
        chainWaterfall += other.chainWaterfall;
        chainUniform += other.chainUniform;
        first += other.first;
        firstOracle += other.firstOracle;
        firstUniform += other.firstUniform;
        underCaps += other.underCaps;
        capOracle += other.capOracle;
        chainSquares += other.chainSquares;
        oracleSquares += other.oracleSquares;
        products += other.products;
        for (int a = 0; a < asked.length; a++) {
            asked[a] += other.asked[a];
            filled[a] += other.filled[a];
            chosen[a] += other.chosen[a];
        }
    }

    /** What the chain is expected to earn as a share of the chain oracle. */
    double shareOfChain() {
        return chainOracle == 0 ? 1 : chain / chainOracle;
    }

    /** The same under caps, as a share of the cap oracle's bound; NaN where there are none. */
    double shareOfCaps() {
        return underCaps / capOracle;
    }

    /** What first attempts are expected to earn as a share of the best first attempts. */
    double shareOfFirst() {
        return firstOracle == 0 ? 1 : first / firstOracle;
    }

    /** Standard error of {@link #shareOfChain}, by the delta method. */
    double shareError() {
        if (sampled < 2 || chainOracle == 0) {
            return 0;
        }
        double share = shareOfChain();
        double variance = chainSquares - 2 * share * products + share * share * oracleSquares;
        return Math.sqrt(Math.max(0, variance)) / chainOracle;
    }

    /** What is lost against the chain oracle, micro-units per thousand requests. */
    double regretMicros() {
        return sampled == 0 ? 0 : (chainOracle - chain) / sampled;
    }

    /** What was earned, micro-units per thousand requests. */
    double revenuePerThousandMicros() {
        return requests == 0 ? 0 : revenueCpmMicros / (double) requests;
    }
}
