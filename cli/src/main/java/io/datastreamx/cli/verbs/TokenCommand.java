package io.datastreamx.cli.verbs;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.cli.demo.Times;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.config.IdentitySource;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenKey;
import io.datastreamx.tokens.TokenKeyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Tokens with which people and programs may ask the serving layer, and the keys that sign them.",
        subcommands = TokenCommand.Keys.class,
        footer = {
            "",
            "Serving asks for them where serving.access.identity is tokens (dsx up --set serving.access.identity=tokens).",
            "Examples:",
            "  ./dsx token create --role analyst --subject ann@example.com",
            "  ./dsx token create --role partner --aggregator alpha --subject eve@alpha.example --expires 30d",
            "  export DSX_TOKEN=$(./dsx token create --role analyst --subject ann@example.com); ./dsx report --by channel"
        })
final class TokenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of: create, keys");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Prints a token, signed by the newest key. Whoever has it sees what its role sees until it expires or its key is retired.",
                "Works whether the stack is up or not; the keys are made where there are none."
            },
            footer = {
                "",
                "Roles: analyst and scientist see all reports; partner only rows of its aggregators; operator everything but money; admin everything."
            })
    void create(
            @Mixin HomeOptions homes,
            @Option(
                            names = "--role",
                            required = true,
                            paramLabel = "ROLE",
                            description = "One of: ${COMPLETION-CANDIDATES}.")
                    Role role,
            @Option(
                            names = "--aggregator",
                            paramLabel = "ID",
                            split = ",",
                            description = "Of a partner: whose rows it sees; several times, or with commas.")
                    List<String> aggregators,
            @Option(
                            names = "--subject",
                            paramLabel = "NAME",
                            defaultValue = "${sys:user.name}",
                            description = "Whose it is, for the audit log (default: ${DEFAULT-VALUE}).")
                    String subject,
            @Option(
                            names = "--expires",
                            paramLabel = "TIME",
                            defaultValue = "12h",
                            converter = Times.class,
                            description = "After how long it is refused (default: ${DEFAULT-VALUE}).")
                    Duration ttl,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        Identity identity;
        try {
            identity = new Identity(subject, role, aggregators == null ? Set.of() : Set.copyOf(aggregators));
        } catch (IllegalArgumentException e) {
            throw CliException.wrongUse(e.getMessage());
        }
        Instant now = Instant.now();
        Settings settings = homes.settings(homes.known());
        List<TokenKey> keys =
                new TokenKeyFile(Path.of(settings.serving().access().keysFile())).loadOrCreate(now);
        String token = new AccessTokens(keys).sign(identity, now, ttl);
        if (settings.serving().access().identity() != IdentitySource.TOKENS) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "dsx: serving does not ask for tokens now; start it with --set serving.access.identity=tokens");
        }
        spec.commandLine()
                .getOut()
                .println(
                        json
                                ? ServingClient.JSON
                                        .createObjectNode()
                                        .put("token", token)
                                        .put("subject", subject)
                                        .put("role", role.wireName())
                                        .put("kid", keys.get(keys.size() - 1).kid())
                                        .put("expires_at", now.plus(ttl).toString())
                                        .toString()
                                : token);
        spec.commandLine().getOut().flush();
    }

    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            description =
                    "The keys of tokens: the newest signs, all that are listed verify. A running server has a change within two seconds.",
            footer = {
                "",
                "To rotate: rotate, give everybody a new token, retire the old key.",
                "Examples:",
                "  ./dsx token keys list",
                "  ./dsx token keys rotate",
                "  ./dsx token keys retire e1"
            })
    static final class Keys extends KeyVerbs {
        @Override
        String keysFile(Settings settings) {
            return settings.serving().access().keysFile();
        }
    }
}
