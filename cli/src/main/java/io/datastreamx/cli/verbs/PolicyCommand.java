package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.PolicyChange;
import io.datastreamx.contract.policy.PolicyDifference;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.policy.PolicyFile;
import io.datastreamx.kafka.policy.PolicyInForce;
import io.datastreamx.kafka.policy.PolicyLog;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = {
            "What routers and dispatch obey: shows it, and changes it by hand.",
            "Each change is one record, judged as a whole before it is written, and in force within a second or so; what else the policy says stays. Exit code 2 where it is refused, with field and reason."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx policy show",
            "  ./dsx policy kill --reason 'wrong ads on channel 7'",
            "  ./dsx policy resume",
            "  ./dsx policy disable acme",
            "  ./dsx policy enable acme",
            "  ./dsx policy set aggregators.json",
            "  ./dsx policy log --last 10"
        })
final class PolicyCommand implements Runnable {
    private static final String JSON = "Print JSON.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "one of: show, set, kill, resume, disable, enable, allow, disallow, log");
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "The policy in force; with --json in the form that dsx policy set takes.",
            footer = {"", "Examples:", "  ./dsx policy show", "  ./dsx policy show --json > policy.json"})
    void show(@Mixin HomeOptions homes, @Option(names = "--json", description = JSON) boolean json)
            throws JsonProcessingException {
        PolicyInForce inForce = new PolicyAct(homes, spec)
                .topic()
                .inForce()
                .orElseThrow(() -> new CliException("no policy is in force yet"));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(
                    ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(shown(inForce.document())));
        } else {
            print(inForce, out);
        }
        out.flush();
    }

    private static ObjectNode shown(PolicyDocument policy) {
        ObjectNode shown = ContractJson.MAPPER.valueToTree(policy);
        shown.remove("salt");
        return shown;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Brings into force what a file says.",
                "A JSON array is a list of aggregators, as dsx up --aggregators takes it, and replaces all of them. A JSON object has fields of dsx policy show --json and replaces those; with policy_version it is refused where another policy has come into force since."
            },
            footer = {
                "",
                "Examples:",
                "  ./dsx policy set aggregators.json --dry-run",
                "  ./dsx policy show --json > policy.json; vi policy.json; ./dsx policy set policy.json"
            })
    int set(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Parameters(paramLabel = "FILE", description = "JSON.") Path file,
            @Option(names = "--dry-run", description = "Only say what would change.") boolean dryRun,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        byte[] content = read(file);
        PolicyAct act = new PolicyAct(homes, spec);
        if (dryRun) {
            PolicyDocument before = act.topic()
                    .inForce()
                    .map(PolicyInForce::document)
                    .orElseThrow(() -> new CliException("no policy is in force yet"));
            List<PolicyDifference> differences = PolicyDifference.between(
                    before, PolicyAct.judged(() -> PolicyFile.edit(before, content, act.currency())));
            print(json, ContractJson.MAPPER.valueToTree(differences).toString(), differences);
            return ExitCode.OK.code();
        }
        return act.run(who.operator(), json, (control, at) -> control.set(content, act.currency(), at));
    }

    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description =
                    "The kill switch: nothing is routed until dsx policy resume. Every request gets no_candidate, every aggregator the reason kill_switch; nights and models leave the switch as it is.",
            footer = {"", "Example:  ./dsx policy kill --reason 'wrong ads on channel 7'"})
    int kill(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.kill(at));
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Takes the kill switch back: requests are routed again.",
            footer = {"", "Example:  ./dsx policy resume"})
    int resume(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.resume(at));
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Routes to an aggregator no more; in decisions its reason is disabled.",
            footer = {"", "Example:  ./dsx policy disable acme --reason 'contract ended'"})
    int disable(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Parameters(paramLabel = "AGG", description = "An aggregator_id.") String aggregator,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.disable(aggregator, at));
    }

    @Command(
            name = "enable",
            mixinStandardHelpOptions = true,
            description = "Routes to an aggregator again.",
            footer = {"", "Example:  ./dsx policy enable acme"})
    int enable(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Parameters(paramLabel = "AGG", description = "An aggregator_id.") String aggregator,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.enable(aggregator, at));
    }

    @Command(
            name = "allow",
            mixinStandardHelpOptions = true,
            description = {
                "Aggregators may be asked at these hosts too: bid.acme.example, or *.acme.example for all below it, by https and at public addresses.",
                "With http:// before it, also without TLS, and in a network of your own. A first policy allows the hosts of the aggregators that it was made with."
            },
            footer = {"", "Examples:", "  ./dsx policy allow bid.acme.example", "  ./dsx policy allow http://127.0.0.1"
            })
    int allow(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Parameters(paramLabel = "HOST", arity = "1..*", description = "A host.") List<String> hosts,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.allow(hosts, at));
    }

    @Command(
            name = "disallow",
            mixinStandardHelpOptions = true,
            description = "Takes dsx policy allow back. Refused while an aggregator of the policy is asked there.",
            footer = {"", "Example:  ./dsx policy disallow bid.acme.example"})
    int disallow(
            @Mixin HomeOptions homes,
            @Mixin OperatorOptions who,
            @Parameters(paramLabel = "HOST", description = "As dsx policy show says it.") String host,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return new PolicyAct(homes, spec).run(who.operator(), json, (control, at) -> control.disallow(host, at));
    }

    @Command(
            name = "log",
            mixinStandardHelpOptions = true,
            description = {
                "The audit trail: who brought which policy into force, when, and what it changed; newest first.",
                "It is read from the control records in the lake, and needs no running stack."
            },
            footer = {"", "Examples:", "  ./dsx policy log", "  ./dsx policy log --last 1 --json"})
    void log(
            @Mixin HomeOptions homes,
            @Option(
                            names = "--last",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "How many, the latest (default: ${DEFAULT-VALUE}).")
                    int last,
            @Option(names = "--json", description = JSON) boolean json) {
        if (last < 1) {
            throw new ParameterException(spec.subcommands().get("log"), "--last must be at least 1, got " + last);
        }
        PolicyLog log = PolicyLog.read(homes.lake(), last);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode rows = ServingClient.JSON.createArrayNode();
            log.entries().forEach(entry -> {
                ObjectNode row = PolicyAct.row(entry.record(), entry.change());
                row.set(
                        "differences",
                        ContractJson.MAPPER.valueToTree(entry.differences().orElse(null)));
                rows.add(row);
            });
            out.println(rows);
        } else {
            log.entries().forEach(entry -> print(entry, out));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        log.damaged().forEach(file -> err.println("dsx: a record of the trail is damaged: " + file));
        err.flush();
    }

    private static void print(PolicyLog.Entry entry, PrintWriter out) {
        out.println(entry.record().eventTime() + "  " + told(entry.change()));
        PolicyChange change = entry.change();
        out.println("  " + (change.before() == null ? "" : change.before() + " -> ")
                + entry.record().policy().version());
        entry.differences()
                .ifPresentOrElse(
                        all -> all.forEach(difference -> out.println("  " + difference)),
                        () -> out.println("  what it changed is unknown: a policy file is not there"));
    }

    private static String told(PolicyChange change) {
        return change.what() + ", by " + change.by() + (change.reason() == null ? "" : ": " + change.reason());
    }

    private static void print(PolicyInForce inForce, PrintWriter out) {
        PolicyDocument policy = inForce.document();
        out.println("policy   " + policy.policyVersion() + ", in force since "
                + inForce.record().eventTime()
                + (inForce.record().change() == null
                        ? ""
                        : " (" + told(inForce.record().change()) + ")"));
        if (policy.killSwitch()) {
            out.println("routes   NOTHING: the kill switch is on; dsx policy resume takes it back");
        }
        out.println(
                "model    " + (policy.model() == null ? "none" : policy.model().version()));
        if (policy.canary() != null) {
            out.println("canary   " + policy.canary().model().version() + ", for a share of "
                    + policy.canary().share() + " of the boxes since "
                    + policy.canary().since());
        }
        out.println("explores with gamma " + policy.exploration().gamma() + " and floor "
                + policy.exploration().floor() + "; probes the sick with " + policy.probeShare() + " of requests");
        out.println("hosts    " + (policy.allowedHosts() == null ? "any" : String.join(", ", policy.allowedHosts())));
        TextTable table = new TextTable(List.of(
                "aggregator", "enabled", "rank", "contract", "max", "daily cap", "timeout ms", "currency", "endpoint"));
        for (AggregatorTerms terms : policy.aggregators()) {
            table.add(Arrays.asList(
                    terms.aggregatorId(),
                    terms.enabled() ? "yes" : "no",
                    terms.waterfallRank(),
                    terms.contractPriceMicros(),
                    terms.maxPriceMicros(),
                    terms.dailyCap(),
                    terms.timeoutMs(),
                    terms.currency(),
                    terms.endpoint()));
        }
        out.print(table.render());
    }

    private void print(boolean json, String tree, List<PolicyDifference> differences) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? tree
                        : differences.isEmpty()
                                ? "nothing would change"
                                : differences.stream()
                                        .map(difference -> "would change " + difference)
                                        .collect(Collectors.joining("\n")));
        out.flush();
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw CliException.wrongUse("the file cannot be read: " + e);
        }
    }
}
