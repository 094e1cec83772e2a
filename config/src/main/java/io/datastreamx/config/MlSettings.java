package io.datastreamx.config;

import java.time.Duration;
import java.util.List;

/**
 * Training and the policy that promotion writes.
 *
 * @param seed of everything random in training
 * @param calibrationShare of the log, on which models are calibrated
 * @param holdoutShare of the log, on which models are judged
 * @param historyDays the last so many days of the log are learned from
 * @param halfLife age at which a decision counts half in training
 * @param families ways of learning that are tried each night, by their codes
 * @param minResponses fewer than this and no model is trained
 * @param explorationGamma how strongly better scores are preferred
 * @param explorationFloor least probability of each candidate
 * @param probeShare of requests that a sick aggregator still gets
 * @param canaryShare of the boxes, for which a night's model decides first; 0 brings it into force for all at once
 * @param canaryRequests so many of its requests must have been seen before it decides for all
 * @param canaryLeastTime so long it must have decided for its share before it decides for all
 */
public record MlSettings(
        long seed,
        double calibrationShare,
        double holdoutShare,
        int historyDays,
        Duration halfLife,
        List<String> families,
        long minResponses,
        double explorationGamma,
        double explorationFloor,
        double probeShare,
        double canaryShare,
        long canaryRequests,
        Duration canaryLeastTime) {
    public MlSettings {
        Allowed.share("datastreamx.ml.calibration-share", calibrationShare, 0.01, 0.9);
        Allowed.share("datastreamx.ml.holdout-share", holdoutShare, 0.01, 0.9);
        if (calibrationShare + holdoutShare >= 1) {
            throw new SettingsException("datastreamx.ml.calibration-share and datastreamx.ml.holdout-share are "
                    + calibrationShare + " and " + holdoutShare + "; together they must leave something to train on");
        }
        Allowed.range("datastreamx.ml.history-days", historyDays, 1, 14);
        Allowed.above("datastreamx.ml.half-life", halfLife.toMillis(), 0);
        families = List.copyOf(families);
        if (families.stream().allMatch(String::isBlank)) {
            throw new SettingsException("datastreamx.ml.families is empty; name at least one, such as logistic");
        }
        Allowed.atLeast("datastreamx.ml.min-responses", minResponses, 1);
        Allowed.above("datastreamx.ml.exploration.gamma", explorationGamma, 0);
        Allowed.share("datastreamx.ml.exploration.floor", explorationFloor, 0, 0.5);
        Allowed.share("datastreamx.ml.probe-share", probeShare, 0, 1);
        Allowed.share("datastreamx.ml.canary-share", canaryShare, 0, 0.5);
        Allowed.atLeast("datastreamx.ml.canary-requests", canaryRequests, 1);
        Allowed.atLeast("datastreamx.ml.canary-least-time", canaryLeastTime.toMillis(), 0);
    }

    /** The same with another seed. */
    public MlSettings seeded(long other) {
        return new MlSettings(
                other,
                calibrationShare,
                holdoutShare,
                historyDays,
                halfLife,
                families,
                minResponses,
                explorationGamma,
                explorationFloor,
                probeShare,
                canaryShare,
                canaryRequests,
                canaryLeastTime);
    }

    static MlSettings of(Values values) {
        return new MlSettings(
                values.wholeLong("seed"),
                values.number("calibration-share"),
                values.number("holdout-share"),
                values.whole("history-days"),
                values.duration("half-life"),
                List.of(values.text("families").strip().split("\\s*,\\s*")),
                values.wholeLong("min-responses"),
                values.number("exploration.gamma"),
                values.number("exploration.floor"),
                values.number("probe-share"),
                values.number("canary-share"),
                values.wholeLong("canary-requests"),
                values.duration("canary-least-time"));
    }
}
