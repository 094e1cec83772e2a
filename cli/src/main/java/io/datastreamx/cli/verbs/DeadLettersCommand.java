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
import io.datastreamx.lake.Lake;
import io.datastreamx.process.ExitCode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
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
        Lake lake = homes.lake();
        KeyRing keys = showBytes ? keys(homes) : null;
        Deque<ObjectNode> latest = new ArrayDeque<>();
        new DeadLetters(lake).forEach(code(reason), letter -> {
            latest.addLast(row(letter, keys));
            if (latest.size() > limit) {
                latest.removeFirst();
            }
        });
        ArrayNode rows = ServingClient.JSON.createArrayNode();
        latest.forEach(rows::add);
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
                "An event that is accepted now and was replayed before is recognised by its event_id and counted as a duplicate, so running this twice counts nothing twice. What is still refused comes back as another dead letter."
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
            new DeadLetters(home.lake()).forEach(code(only), letter -> {
                found[0]++;
                byte[] key = letter.sealed().openKey(keys);
                byte[] value = letter.sealed().openValue(keys);
                if (seen.add(letter.topic() + " " + Arrays.hashCode(key) + " " + ArtifactRef.sha256(value))
                        && !dryRun) {
                    sender.send(letter.topic(), key, value);
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

    private static ObjectNode row(DeadLetters.DeadLetter letter, KeyRing keys) {
        ObjectNode row = ServingClient.JSON.createObjectNode();
        row.put("reason", letter.reason())
                .put("topic", letter.topic())
                .put("partition", letter.partition())
                .put("offset", letter.offset());
        row.put("size", letter.size())
                .put("time", String.valueOf(letter.appendTime()))
                .put("ingest_batch", letter.batch());
        row.put("detail", letter.detail());
        if (keys != null) {
            byte[] key = letter.sealed().openKey(keys);
            row.put("key", key == null ? null : Base64.getEncoder().encodeToString(key));
            row.put("raw", Base64.getEncoder().encodeToString(letter.sealed().openValue(keys)));
        }
        return row;
    }
}
