package io.datastreamx.cli.stack;

import io.datastreamx.cli.console.CliException;
import io.datastreamx.config.IdentitySource;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.tokens.AccessTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * With what this command signs in at the serving layer: the token in {@code DSX_TOKEN}, or the one in the file that
 * {@code DSX_TOKEN_FILE} names. Without either, who can read the home's keys signs a token of its own, for minutes.
 */
final class Credentials {
    static final String TOKEN = "DSX_TOKEN";
    static final String TOKEN_FILE = "DSX_TOKEN_FILE";

    private static final Duration OWN_TTL = Duration.ofMinutes(5);

    private Credentials() {}

    static Optional<String> token(Map<String, String> environment, Settings settings) {
        String given = environment.getOrDefault(TOKEN, "").strip();
        if (!given.isEmpty()) {
            return Optional.of(given);
        }
        String file = environment.getOrDefault(TOKEN_FILE, "").strip();
        if (!file.isEmpty()) {
            try {
                return Optional.of(Files.readString(Path.of(file)).strip());
            } catch (IOException e) {
                throw new CliException(TOKEN_FILE + " names " + file + ", which cannot be read: " + e, e);
            }
        }
        if (settings.serving().access().identity() != IdentitySource.TOKENS) {
            return Optional.empty();
        }
        Instant now = Instant.now();
        Path keys = Path.of(settings.serving().access().keysFile());
        return Optional.of(new AccessTokens(new TokenKeyFile(keys).loadOrCreate(now))
                .sign(new Identity("dsx on this machine", Role.ADMIN, Set.of()), now, OWN_TTL));
    }
}
