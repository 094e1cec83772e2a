package io.datastreamx.ml.policy;

import io.datastreamx.contract.policy.AggregatorTerms;

/** An {@link AggregatorProfile} ready to be asked often. */
final class Profile {
    static final Profile UNKNOWN = new Profile(AggregatorProfile.UNKNOWN);
    private static final int HOURS = 24;

    private final double fillShift;
    private final double completionShift;
    private final AnswerCurve[] answers;
    private final PriceSpread priceSpread;

    Profile(AggregatorProfile profile) {
        fillShift = profile.fillShift();
        completionShift = profile.completionShift();
        answers = profile.answerTimes().stream().map(AnswerCurve::new).toArray(AnswerCurve[]::new);
        priceSpread = profile.priceSpread() == null ? PriceSpread.UNKNOWN : profile.priceSpread();
    }

    PriceSpread priceSpread() {
        return priceSpread;
    }

    /** How long an answer is waited for. */
    static double limitMs(AdSlot slot, AggregatorTerms aggregator) {
        return Math.max(0, Math.min(slot.timeLeftMs(), aggregator.timeoutMs()));
    }

    double answered(AdSlot slot, double limitMs) {
        return answers.length == 0 ? (limitMs > 0 ? 1 : 0) : curve(slot).within(limitMs);
    }

    double answerMs(AdSlot slot, double limitMs) {
        return answers.length == 0 ? limitMs / 2 : curve(slot).meanMs(limitMs);
    }

    double fill(double probability) {
        return shifted(probability, fillShift);
    }

    double completion(double probability) {
        return shifted(probability, completionShift);
    }

    private AnswerCurve curve(AdSlot slot) {
        return answers[ContextField.hour(slot.time()) * answers.length / HOURS];
    }

    private static double shifted(double probability, double shift) {
        if (shift == 0) {
            return probability;
        }
        double odds = probability * StrictMath.exp(shift);
        return odds / (1 - probability + odds);
    }
}
