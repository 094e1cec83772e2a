package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.ModelPromotion;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.ModelRegistry;
import io.datastreamx.lake.Models;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "The registry of models: which there are, which is in force, and bringing another into force.",
        footer = {
            "",
            "Examples:",
            "  ./dsx model list",
            "  ./dsx model show VERSION",
            "  ./dsx model promote VERSION",
            "  ./dsx model rollback",
            "  ./dsx model lift",
            "  ./dsx model explain VERSION"
        })
final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of: list, show, explain, promote, rollback, lift");
    }

    private static ModelPromotion promotion(HomeOptions homes) {
        StackState state = homes.running();
        var settings = homes.settings(state);
        Lake lake = Lake.of(settings);
        return new ModelPromotion(lake, new PolicyTopic(lake, KafkaClients.of(settings.kafka(), "dsx")), settings.ml());
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "All models, oldest first, and what became of each.",
            footer = {"", "Example:  ./dsx model list --json"})
    void list(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
        List<Models.Model> models = homes.lake().models().read().list();
        if (json) {
            ArrayNode rows = ServingClient.JSON.createArrayNode();
            models.forEach(model -> rows.add(row(model)));
            print(rows.toString());
            return;
        }
        TextTable table = new TextTable(List.of("model", "status", "in force", "registered", "policy", "run"));
        models.forEach(m -> table.add(Arrays.asList(
                m.modelVersion(),
                m.status().code(),
                m.inForce() ? "yes" : m.canary() ? "canary" : "",
                m.registeredAt().toString(),
                m.policyVersion(),
                m.runId())));
        print(table.render().stripTrailing());
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "One model: its card and what became of it, or with --json its row and metrics.",
            footer = {"", "Example:  ./dsx model show VERSION"})
    void show(
            @Mixin HomeOptions homes,
            @Parameters(paramLabel = "VERSION", description = "As dsx model list names it.") String version,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        ModelRegistry registry = homes.lake().models();
        Models models = registry.read();
        Models.Model model = models.list().stream()
                .filter(m -> m.modelVersion().equals(version))
                .findFirst()
                .orElseThrow(() -> unknown(version));
        if (json) {
            print(row(model).toString());
            return;
        }
        print(registry.card(version).stripTrailing());
        print("");
        models.acts().stream()
                .filter(act -> act.modelVersion().equals(version))
                .forEach(act -> print(act.at() + "  " + act.action().code() + ", by " + act.runId() + reason(act)));
    }

    /** Why a canary was promoted or taken back. */
    private static String reason(Models.Act act) {
        String reason = ServingClient.parse(act.metrics()).path("reason").asText();
        return reason.isEmpty() ? "" : ": " + reason;
    }

    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description = {
                "Brings a model into force by hand, for all boxes at once; routers have it within two seconds.",
                "With --canary it decides for ml.canary-share of them first, and is promoted or rolled back by what it earns."
            },
            footer = {"", "Examples:", "  ./dsx model promote VERSION", "  ./dsx model promote VERSION --canary"})
    void promote(
            @Mixin HomeOptions homes,
            @Parameters(paramLabel = "VERSION", description = "As dsx model list names it.") String version,
            @Option(names = "--canary", description = "Begin with a share of the boxes.") boolean canary,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        ModelPromotion promotion = promotion(homes);
        print(
                canary ? promotion.tryOut(version, Instant.now()) : promotion.promote(version, Instant.now()),
                json,
                "model " + version + (canary ? " for a share of the boxes" : ""));
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = {
                "Takes a canary back; without one, returns to the model that was in force before, or to none.",
                "That sticks: no night promotes another model until somebody lifts it or promotes one by hand."
            },
            footer = {"", "Example:  ./dsx model rollback"})
    void rollback(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
        ModelPromotion promotion = promotion(homes);
        if (homes.lake().models().read().inForce().isEmpty()) {
            throw new CliException("no model is in force, so there is nothing to roll back");
        }
        ControlRecord.Policy policy = promotion.rollback(Instant.now());
        String now = homes.lake()
                .models()
                .read()
                .inForce()
                .map(act -> "model " + act.modelVersion())
                .orElse("no model");
        print(policy, json, now);
        if (!json) {
            print("nights promote nothing until `dsx model lift`, or until you promote a model by hand");
        }
    }

    @Command(
            name = "lift",
            mixinStandardHelpOptions = true,
            description = "Lets nights promote again after a rollback, by hand or of a canary.",
            footer = {"", "Example:  ./dsx model lift"})
    void lift(@Mixin HomeOptions homes) {
        ModelRegistry registry = homes.lake().models();
        Models.Act held = registry.read()
                .held()
                .orElseThrow(() -> new CliException("no rollback holds, so there is nothing to lift"));
        registry.lift(Instant.now());
        print("nights may promote again; the rollback of " + held.at() + " no longer holds");
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Why a model was let pass or refused: what was asked of it, the figures, and the reasons.",
            footer = {"", "Example:  ./dsx model explain VERSION"})
    void explain(
            @Mixin HomeOptions homes,
            @Parameters(paramLabel = "VERSION", description = "As dsx model list names it.") String version,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        String kept = homes.lake().models().metrics(version).orElseThrow(() -> unknown(version));
        if (json) {
            print(kept);
            return;
        }
        JsonNode metrics = ServingClient.parse(kept);
        JsonNode verdict = metrics.path("verdict");
        if (verdict.isMissingNode()) {
            throw new CliException("model " + version + " was registered before verdicts were kept");
        }
        print(version + " (" + metrics.path("family").asText() + "), trained on batch version "
                + metrics.path("training").path("batch_version").asText() + " with seed "
                + metrics.path("training").path("seed").asText() + " by code "
                + metrics.path("code_version").asText() + ", judged as "
                + metrics.path("judged").path("model_version").asText());
        JsonNode found = metrics.path("evaluation");
        print("on " + found.path("decisions").asLong() + " held-out decisions, micro-units per thousand requests:");
        print(estimate("  with this model  ", found.path("candidate"), "DR"));
        print(estimate("  in force then    ", found.path("in_force"), "DR"));
        print(estimate("  difference       ", found.path("difference"), "DR"));
        print(estimate("  uniform          ", found.path("uniform"), "SNIPS"));
        print((verdict.path("passed").asBoolean() ? "passed" : "refused") + ", asked as a "
                + verdict.path("rule").asText().toLowerCase(Locale.ROOT));
        verdict.path("reasons").forEach(reason -> print("  - " + reason.asText()));
    }

    private static CliException unknown(String version) {
        return new CliException("there is no model " + version + "; dsx model list shows those there are");
    }

    private static String estimate(String who, JsonNode estimates, String estimator) {
        for (JsonNode estimate : estimates) {
            if (estimate.path("estimator").asText().equals(estimator)) {
                return String.format(
                        Locale.ROOT,
                        "%s%,14.0f  (%,.0f to %,.0f)",
                        who,
                        estimate.path("value").asDouble(),
                        estimate.path("low").asDouble(),
                        estimate.path("high").asDouble());
            }
        }
        return who;
    }

    private static ObjectNode row(Models.Model model) {
        ObjectNode row = ContractJson.MAPPER.createObjectNode();
        row.put("model_version", model.modelVersion())
                .put("status", model.status().code())
                .put("in_force", model.inForce())
                .put("canary", model.canary());
        row.put("registered_at", model.registeredAt().toString())
                .put("policy_version", model.policyVersion())
                .put("run_id", model.runId());
        row.set("metrics", ServingClient.parse(model.metrics()));
        return row;
    }

    private void print(ControlRecord.Policy policy, boolean json, String inForce) {
        print(
                json
                        ? new String(ContractJson.bytes(policy), java.nio.charset.StandardCharsets.UTF_8)
                        : "in force: " + inForce + ", by policy "
                                + policy.policy().version());
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
