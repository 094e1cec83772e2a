package io.datastreamx.ml.training;

import io.datastreamx.ml.evaluation.Estimate;
import io.datastreamx.ml.evaluation.Estimator;
import io.datastreamx.ml.policy.ModelDocument;
import java.util.List;
import java.util.Locale;

/** A model in a page of Markdown: what it is for, what it was made from, how good it was, and what the gate said. */
final class ModelCard {
    private ModelCard() {}

    static String of(ModelDocument model, Learning.Metrics metrics) {
        Evaluation found = metrics.evaluation();
        String verdict = metrics.verdict().passed()
                ? "passed (" + metrics.verdict().rule().code() + ")"
                : "refused (" + metrics.verdict().rule().code() + "): "
                        + String.join("; ", metrics.verdict().reasons());
        return String.format(
                Locale.ROOT,
                """
                # Model %s

                Expects of each ad aggregator whether it answers in time and fills (family: %s), whether its ad is watched to its end, at what price and after how
                long; the router ranks aggregators by what a place in the chain of attempts is worth.

                | | |
                |---|---|
                | trained | %s by run %s, seed %d, code %s |
                | on | batch version %s, up to ingest batch %d, %,d features |
                | judged | as %s, sha256 %s |
                | gate | %s |

                Judged on the latest part of the log, which the judged model had not seen; what passed was fitted again on all of the window.

                | | rows | rate | log loss | of a constant | calibration error |
                |---|---|---|---|---|---|
                %s%s
                | policy | micro-units per thousand requests | 95 %% interval | effective sample |
                |---|---|---|---|
                %s%s%s| difference | %+,.0f | %+,.0f to %+,.0f | |

                Values are doubly robust estimates of the whole chain of attempts (uniform: self-normalised), and hold for requests like those of the held-out hours.
                """,
                model.modelVersion(),
                metrics.family(),
                model.training().trainedAt(),
                model.training().runId(),
                model.training().seed(),
                metrics.codeVersion(),
                model.training().batchVersion(),
                model.training().cut(),
                model.features().size(),
                metrics.judged().modelVersion(),
                metrics.judged().sha256(),
                verdict,
                quality("fill", found.fill()),
                quality("completion", found.completion()),
                policy("with this model", Estimator.DR, found.candidate()),
                policy("in force then", Estimator.DR, found.inForce()),
                policy("uniform", Estimator.SNIPS, found.uniform()),
                Evaluation.by(Estimator.DR, found.difference()).value(),
                Evaluation.by(Estimator.DR, found.difference()).low(),
                Evaluation.by(Estimator.DR, found.difference()).high());
    }

    private static String quality(String what, Quality quality) {
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %.4f | %.5f | %.5f | %.4f |\n",
                what,
                quality.rows(),
                quality.rate(),
                quality.logLoss(),
                quality.constantLogLoss(),
                quality.calibrationError());
    }

    private static String policy(String who, Estimator estimator, List<Estimate> estimates) {
        Estimate one = Evaluation.by(estimator, estimates);
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f to %,.0f | %,.0f |\n",
                who,
                one.value(),
                one.low(),
                one.high(),
                one.effectiveSampleSize());
    }
}
