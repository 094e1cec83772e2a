package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.policy.PolicyFile;
import io.datastreamx.kafka.policy.Operator;
import io.datastreamx.kafka.policy.PolicyControl;
import io.datastreamx.kafka.policy.PolicyTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sees to it that a policy is in force, and that it has the aggregators that were asked for. */
public final class Bootstrap {
    /** As long as all fill as they used to the choice is uniform under it; who does not has a gap to the others. */
    private static final Exploration UNTAUGHT = new Exploration(40, 0.01);

    private Bootstrap() {}

    /**
     * Leaves a policy in force: the one of the topic; where the topic has none, as that of a new broker, the one of the
     * lake; where there is none either, a first one that treats all aggregators alike. Other aggregators are put into
     * it.
     *
     * @param aggregators what was asked for; empty keeps those in force
     * @param probeShare share of requests for which a sick aggregator stays a candidate
     * @return what the operator should know; empty where all is as it was left
     * @throws IllegalStateException where what is in force cannot be read for the moment
     */
    public static Optional<String> ensurePolicy(
            PolicyTopic topic, Optional<List<AggregatorTerms>> aggregators, double probeShare, Instant now) {
        Optional<PolicyTopic.Restored> restored =
                topic.inForce().isPresent() ? Optional.empty() : topic.restoreFromLake();
        if (topic.inForce().isEmpty()) {
            topic.install(first(aggregators.orElse(List.of()), probeShare), now);
        } else {
            aggregators.ifPresent(others -> new PolicyControl(topic, Operator.current()).aggregators(others, now));
        }
        return restored.map(PolicyTopic.Restored::explained);
    }

    /** Whom the operator names at the start may be asked, and nobody else until it is said. */
    private static PolicyDocument first(List<AggregatorTerms> aggregators, double probeShare) {
        PolicyDocument open = new PolicyDocument("bootstrap", false, UNTAUGHT, probeShare, aggregators, Map.of(), null);
        return open.allowing(open.policyVersion(), PolicyControl.hostsOf(aggregators))
                .requireAllowed();
    }

    /**
     * Reads a JSON array of aggregators.
     *
     * @param currency in which money is counted, by the settings
     * @throws CliException naming field and reason: what is refused here would be refused by routers and dispatch, or
     *     never be answered
     */
    public static List<AggregatorTerms> aggregators(Path file, String currency) {
        try {
            return PolicyFile.aggregators(Files.readAllBytes(file), currency);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongUse("the aggregators in " + file + " are refused: " + e.getMessage());
        } catch (IOException e) {
            throw CliException.wrongUse("the aggregators in " + file + " cannot be read: " + e);
        }
    }
}
