package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.contract.event.ReasonCode;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.lake.Keys;
import io.datastreamx.process.ExitCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description =
                "Lists the records that were refused: why, where they stand in Kafka, how large. What they hold is shown only on request.",
        footer = {
            "",
            "Examples:",
            "  ./dsx dead-letters --limit 20",
            "  ./dsx dead-letters --reason missing_field --show-bytes --json",
            "  ./dsx dead-letters replay --reason unknown_event_type --dry-run"
        })
final class DeadLettersCommand implements Callable<Integer> {
    @Mixin
    private HomeOptions homes;

    @Option(names = "--reason", paramLabel = "R", description = "Only this reason: ${COMPLETION-CANDIDATES}.")
    private ReasonCode reason;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many, the latest (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--show-bytes", description = "Decrypt and show the bytes, base64. They may hold personal data.")
    private boolean showBytes;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--limit must be at least 1, got " + limit);
        }
        DeadLetters letters = new DeadLetters(homes.lake());
        List<DeadLetters.DeadLetter> latest = letters.latest(code(reason), limit);
        ArrayNode rows = ServingClient.JSON.createArrayNode();
        latest.forEach(letter -> rows.add(row(letter)));
        if (showBytes) {
            KeyRing keys = keys(homes);
            Map<DeadLetters.Place, DeadLetters.Sealed> bytes = letters.sealed(latest);
            for (int i = 0; i < latest.size(); i++) {
                open((ObjectNode) rows.get(i), bytes.get(latest.get(i).place()), keys);
            }
        }
        var out = spec.commandLine().getOut();
        out.print(
                json
                        ? rows + "\n"
                        : rows.isEmpty()
                                ? "no dead letters\n"
                                : TextTable.of(rows).render());
        out.flush();
        return ExitCode.OK.code();
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = {
                "Publishes the refused bytes again, to their topic and with their key; equal bytes once.",
                "An event that is accepted now and was replayed before is recognised by its identity and counted as a duplicate, so running this twice counts nothing twice. What is still refused comes back as another dead letter."
            },
            footer = {
                "",
                "Examples:",
                "  ./dsx dead-letters replay --dry-run",
                "  ./dsx dead-letters replay --reason unsupported_currency"
            })
    int replay(
            @Mixin HomeOptions home,
            @Option(names = "--reason", paramLabel = "R", description = "Only this reason: ${COMPLETION-CANDIDATES}.")
                    ReasonCode only,
            @Option(names = "--dry-run", description = "Only say how many would be published.") boolean dryRun,
            @Option(names = "--json", description = "Print the counts as JSON.") boolean asJson) {
        StackState stack = home.running();
        KeyRing keys = keys(home);
        Set<String> seen = new HashSet<>();
        int[] found = new int[1];
        try (RecordSender sender = new RecordSender(stack.bootstrapServers())) {
            new DeadLetters(home.lake()).forEach(code(only), (letter, bytes) -> {
                found[0]++;
                String topic = letter.place().topic();
                byte[] key = bytes.openKey(keys);
                byte[] value = bytes.openValue(keys);
                if (seen.add(topic + " " + Arrays.hashCode(key) + " " + ArtifactRef.sha256(value)) && !dryRun) {
                    sender.send(topic, key, value);
                }
            });
            sender.flush();
        }
        int replayed = dryRun ? 0 : seen.size();
        var out = spec.commandLine().getOut();
        if (asJson) {
            out.println(ServingClient.JSON
                    .createObjectNode()
                    .put("dead_letters", found[0])
                    .put("distinct", seen.size())
                    .put("replayed", replayed));
        } else {
            out.println(found[0] + " dead letters, " + seen.size() + " distinct, " + replayed + " replayed");
        }
        out.flush();
        return ExitCode.OK.code();
    }

    private static KeyRing keys(HomeOptions home) {
        return Keys.loadOrCreate(Path.of(home.settings(home.known()).keysFile()));
    }

    private static String code(ReasonCode reason) {
        return reason == null ? null : reason.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode row(DeadLetters.DeadLetter letter) {
        DeadLetters.Place place = letter.place();
        return ServingClient.JSON
                .createObjectNode()
                .put("reason", letter.reason())
                .put("topic", place.topic())
                .put("partition", place.partition())
                .put("offset", place.offset())
                .put("size", letter.size())
                .put("time", place.appendTime().toString())
                .put("ingest_batch", letter.batch())
                .put("detail", letter.detail());
    }

    private static void open(ObjectNode row, DeadLetters.Sealed bytes, KeyRing keys) {
        byte[] key = bytes.openKey(keys);
        row.put("key", key == null ? null : Base64.getEncoder().encodeToString(key));
        row.put("raw", Base64.getEncoder().encodeToString(bytes.openValue(keys)));
    }
}
