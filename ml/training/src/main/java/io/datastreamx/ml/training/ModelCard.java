package io.datastreamx.ml.training;

import io.datastreamx.ml.policy.ModelDocument;
import java.util.Locale;

/** A model in a page of Markdown: what it is for, what it was made from and how good it was on held-out logs. */
final class ModelCard {
    private ModelCard() {}

    static String of(ModelDocument model, Evaluation found) {
        return String.format(
                Locale.ROOT,
                """
                # Model %s

                Two logistic regressions on context × aggregator, P(fill in time) and P(complete | fill), each with isotonic calibration; times the mean price
                of fills it ranks ad aggregators by expected earnings.

                | | |
                |---|---|
                | trained | %s by run %s, seed %d |
                | on | batch version %s, up to ingest batch %d, %,d first attempts, %,d features |

                Judged on the latest part of the log, which training did not see:

                | | rows | rate | log loss | of a constant | calibration error |
                |---|---|---|---|---|---|
                | fill | %,d | %.4f | %.5f | %.5f | %.4f |
                | completion | %,d | %.4f | %.5f | %.5f | %.4f |

                | policy | micro-units per thousand requests | 95 %% interval | effective sample |
                |---|---|---|---|
                | with this model | %,.0f | %,.0f to %,.0f | %,.0f |
                | in force then | %,.0f | %,.0f to %,.0f | %,.0f |
                | uniform | %,.0f | %,.0f to %,.0f | %,.0f |

                Values are self-normalised inverse propensity estimates. They count what the first aggregator asked earns, not fallbacks, and hold for requests
                like those of the held-out hours.
                """,
                model.modelVersion(),
                model.training().trainedAt(),
                model.training().runId(),
                model.training().seed(),
                model.training().batchVersion(),
                model.training().cut(),
                model.training().rows(),
                model.features().size(),
                found.fill().rows(),
                found.fill().rate(),
                found.fill().logLoss(),
                found.fill().constantLogLoss(),
                found.fill().calibrationError(),
                found.completion().rows(),
                found.completion().rate(),
                found.completion().logLoss(),
                found.completion().constantLogLoss(),
                found.completion().calibrationError(),
                found.candidate().value(),
                found.candidate().low(),
                found.candidate().high(),
                found.candidate().effectiveSampleSize(),
                found.inForce().value(),
                found.inForce().low(),
                found.inForce().high(),
                found.inForce().effectiveSampleSize(),
                found.uniform().value(),
                found.uniform().low(),
                found.uniform().high(),
                found.uniform().effectiveSampleSize());
    }
}
