package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.demo.Times;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKey;
import io.datastreamx.tokens.TokenKeyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "edge",
        mixinStandardHelpOptions = true,
        description = "Tokens with which boxes may send to the edge, and the keys that sign them.",
        subcommands = EdgeCommand.Keys.class,
        footer = {
            "",
            "Examples:",
            "  ./dsx edge token box-1",
            "  ./dsx edge keys rotate",
            "  curl -H \"Authorization: Bearer $(./dsx edge token box-1)\" -H 'Content-Type: application/json' -d @event.json \\",
            "    $(./dsx status --json | jq -r .edge)/v1/events"
        })
final class EdgeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of: token, keys");
    }

    @Command(
            name = "token",
            mixinStandardHelpOptions = true,
            description = {
                "Prints a token for one device, signed by the newest key. Whoever has it may send this device's records until it expires or its key is retired.",
                "Works whether the stack is up or not; the keys are made where there are none."
            },
            footer = {"", "Example:  ./dsx edge token box-1 --ttl 12h"})
    void token(
            @Mixin HomeOptions homes,
            @Parameters(paramLabel = "DEVICE", description = "The device_id of its records.") String device,
            @Option(
                            names = "--ttl",
                            paramLabel = "TIME",
                            defaultValue = "24h",
                            converter = Times.class,
                            description = "How long it is believed (default: ${DEFAULT-VALUE}).")
                    Duration ttl,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        if (device.isEmpty()) {
            throw CliException.wrongUse("the device has no name");
        }
        Instant now = Instant.now();
        List<TokenKey> keys = file(homes).loadOrCreate(now);
        String token = new DeviceTokens(keys).sign(device, now, ttl);
        print(
                spec,
                json
                        ? ServingClient.JSON
                                .createObjectNode()
                                .put("token", token)
                                .put("device_id", device)
                                .put("kid", keys.get(keys.size() - 1).kid())
                                .put("expires_at", now.plus(ttl).toString())
                                .toString()
                        : token);
    }

    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            description =
                    "The keys of tokens: the newest signs, all that are listed verify. A running edge has a change within two seconds.",
            footer = {
                "",
                "To rotate: rotate, give every box a new token, retire the old key.",
                "Examples:",
                "  ./dsx edge keys list",
                "  ./dsx edge keys rotate",
                "  ./dsx edge keys retire e1"
            })
    static final class Keys implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "one of: list, rotate, retire");
        }

        @Command(name = "list", mixinStandardHelpOptions = true, description = "All keys, oldest first; no secrets.")
        void list(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
            print(file(homes).loadOrCreate(Instant.now()), json);
        }

        @Command(
                name = "rotate",
                mixinStandardHelpOptions = true,
                description = "Adds a key, which signs from now on; tokens of the others stay good.")
        void rotate(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
            TokenKeyFile file = file(homes);
            file.rotate(Instant.now());
            print(file.loadOrCreate(Instant.now()), json);
        }

        @Command(
                name = "retire",
                mixinStandardHelpOptions = true,
                description = "Removes a key for good: tokens that it has signed are refused from now on.")
        void retire(
                @Mixin HomeOptions homes,
                @Parameters(paramLabel = "KID", description = "As dsx edge keys list names it.") String kid,
                @Option(names = "--json", description = "Print JSON.") boolean json) {
            TokenKeyFile file = file(homes);
            file.retire(kid, Instant.now());
            print(file.loadOrCreate(Instant.now()), json);
        }

        private void print(List<TokenKey> keys, boolean json) {
            String newest = keys.get(keys.size() - 1).kid();
            if (json) {
                ArrayNode rows = ServingClient.JSON.createArrayNode();
                for (TokenKey key : keys) {
                    ObjectNode row = rows.addObject().put("kid", key.kid());
                    row.put("created_at", key.createdAt().toString())
                            .put("signs", key.kid().equals(newest));
                }
                EdgeCommand.print(spec, rows.toString());
                return;
            }
            TextTable table = new TextTable(List.of("key", "created", "signs"));
            keys.forEach(key -> table.add(
                    List.of(key.kid(), key.createdAt().toString(), key.kid().equals(newest) ? "yes" : "")));
            EdgeCommand.print(spec, table.render().stripTrailing());
        }
    }

    private static TokenKeyFile file(HomeOptions homes) {
        return new TokenKeyFile(Path.of(homes.settings(homes.known()).edge().keysFile()));
    }

    private static void print(CommandSpec spec, String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
