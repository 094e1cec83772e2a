package io.datastreamx.simulator.lab;

import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.Scorer;
import java.util.List;
import java.util.Optional;

/** What learns from the decisions of one run. */
interface Nights extends AutoCloseable {
    /**
     * What comes into force.
     *
     * @param reference names the model
     * @param scorer of the model
     * @param findings for the policy
     */
    record Learned(ArtifactRef reference, Scorer scorer, Findings findings) {}

    /** How far the policy explores. */
    Exploration exploration();

    /**
     * After a day.
     *
     * @param rows of that day
     * @param inForce the policy until now
     * @return empty where nothing changes
     */
    Optional<Learned> learn(int day, List<DecisionRow> rows, PolicyDocument inForce);

    @Override
    void close();
}
