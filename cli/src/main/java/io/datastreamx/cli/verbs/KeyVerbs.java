package io.datastreamx.cli.verbs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.cli.console.TextTable;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.config.Settings;
import io.datastreamx.tokens.TokenKey;
import io.datastreamx.tokens.TokenKeyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What can be done with the keys that sign tokens of one kind. */
public abstract class KeyVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    /** The setting that names the file of the keys. */
    abstract String keysFile(Settings settings);

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of: list, rotate, retire");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "All keys, oldest first; no secrets.")
    public void list(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
        print(file(homes).loadOrCreate(Instant.now()), json);
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = "Adds a key, which signs from now on; tokens of the others stay good.")
    public void rotate(@Mixin HomeOptions homes, @Option(names = "--json", description = "Print JSON.") boolean json) {
        TokenKeyFile file = file(homes);
        file.rotate(Instant.now());
        print(file.loadOrCreate(Instant.now()), json);
    }

    @Command(
            name = "retire",
            mixinStandardHelpOptions = true,
            description = "Removes a key for good: tokens that it has signed are refused from now on.")
    public void retire(
            @Mixin HomeOptions homes,
            @Parameters(paramLabel = "KID", description = "As the list names it.") String kid,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        TokenKeyFile file = file(homes);
        file.retire(kid, Instant.now());
        print(file.loadOrCreate(Instant.now()), json);
    }

    TokenKeyFile file(HomeOptions homes) {
        return new TokenKeyFile(Path.of(keysFile(homes.settings(homes.known()))));
    }

    private void print(List<TokenKey> keys, boolean json) {
        String newest = keys.get(keys.size() - 1).kid();
        String text;
        if (json) {
            ArrayNode rows = ServingClient.JSON.createArrayNode();
            for (TokenKey key : keys) {
                ObjectNode row = rows.addObject().put("kid", key.kid());
                row.put("created_at", key.createdAt().toString())
                        .put("signs", key.kid().equals(newest));
            }
            text = rows.toString();
        } else {
            TextTable table = new TextTable(List.of("key", "created", "signs"));
            keys.forEach(key -> table.add(
                    List.of(key.kid(), key.createdAt().toString(), key.kid().equals(newest) ? "yes" : "")));
            text = table.render().stripTrailing();
        }
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
