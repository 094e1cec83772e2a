package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Obedience;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.contract.policy.PolicyChange;
import io.datastreamx.contract.policy.PolicyDifference;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.Operator;
import io.datastreamx.kafka.policy.PolicyChanged;
import io.datastreamx.kafka.policy.PolicyControl;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** One change of the policy of a stack that is up, done, told and seen to be obeyed. */
final class PolicyAct {
    private final HomeOptions homes;
    private final StackState state;
    private final Settings settings;
    private final PrintWriter out;
    private final PrintWriter err;

    PolicyAct(HomeOptions homes, CommandSpec spec) {
        this.homes = homes;
        this.state = homes.running();
        this.settings = homes.settings(state);
        this.out = spec.commandLine().getOut();
        this.err = spec.commandLine().getErr();
    }

    /** What an act does, given who controls the policy and the time. */
    interface Act {
        PolicyChanged on(PolicyControl control, Instant at);
    }

    /** In which money is counted. */
    String currency() {
        return settings.currency();
    }

    PolicyTopic topic() {
        return new PolicyTopic(Lake.of(settings), KafkaClients.of(settings.kafka(), "dsx"));
    }

    /** @throws CliException where what is asked for is wrong */
    static <T> T judged(Supplier<T> act) {
        try {
            return act.get();
        } catch (IllegalArgumentException e) {
            throw CliException.wrongUse(e.getMessage());
        }
    }

    /** @return the exit code: that of a failure while a process that runs does not obey */
    int run(Operator operator, boolean json, Act act) throws InterruptedException {
        PolicyChanged changed = judged(() -> act.on(new PolicyControl(topic(), operator), Instant.now()));
        Obedience obedience =
                Obedience.await(homes.home(), state, changed.after().policyVersion());
        if (json) {
            out.println(json(changed, obedience));
        } else {
            out.println(
                    changed.isNew()
                            ? "in force: policy " + changed.after().policyVersion()
                            : "nothing to change in policy " + changed.after().policyVersion());
            print(changed.differences());
            if (!obedience.obeyed().isEmpty()) {
                out.println("obeyed by " + String.join(", ", obedience.obeyed()));
            }
        }
        out.flush();
        if (!obedience.notYet().isEmpty()) {
            err.println(
                    "dsx: not obeyed yet by " + String.join(", ", obedience.notYet())
                            + "; the record stands, and they follow as soon as they can. dsx status says what they have in force or refuse");
            err.flush();
        }
        return (obedience.notYet().isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    void print(List<PolicyDifference> differences) {
        differences.forEach(difference -> out.println("  " + difference));
    }

    private static ObjectNode json(PolicyChanged changed, Obedience obedience) {
        ObjectNode json = row(changed.record(), changed.record().change());
        json.put("changed", changed.isNew());
        json.set("differences", ContractJson.MAPPER.valueToTree(changed.differences()));
        json.set("obeyed_by", ContractJson.MAPPER.valueToTree(obedience.obeyed()));
        json.set("not_yet", ContractJson.MAPPER.valueToTree(obedience.notYet()));
        return json;
    }

    /** What a record says of itself. @param change null where it does not say */
    static ObjectNode row(ControlRecord.Policy record, PolicyChange change) {
        ObjectNode row = ContractJson.MAPPER
                .createObjectNode()
                .put("policy_version", record.policy().version())
                .put("event_id", record.eventId())
                .put("event_time", record.eventTime().toString());
        if (change != null) {
            row.setAll(ContractJson.MAPPER.<ObjectNode>valueToTree(change));
        }
        return row;
    }
}
