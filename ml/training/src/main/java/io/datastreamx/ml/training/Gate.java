package io.datastreamx.ml.training;

/** Decides whether a model may come into force. */
public interface Gate {
    Verdict judge(Evaluation evaluation);
}
