package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.demo.Times;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.config.Settings;
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
    static final class Keys extends KeyVerbs {
        @Override
        String keysFile(Settings settings) {
            return settings.edge().keysFile();
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
