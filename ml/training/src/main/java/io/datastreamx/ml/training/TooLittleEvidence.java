package io.datastreamx.ml.training;

/** The log does not hold enough to learn from yet. Not a failure: the next night looks again. */
public final class TooLittleEvidence extends RuntimeException {
    TooLittleEvidence(String message) {
        super(message);
    }
}
