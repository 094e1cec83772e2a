package io.datastreamx.tokens;

import io.datastreamx.process.CannotRunException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of the keys that are in force, made anew when their file has changed. Thread-safe.
 *
 * @param <T> such as {@link DeviceTokens}
 */
public final class FollowedKeys<T> {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedKeys.class);

    private final TokenKeyFile file;
    private final Clock clock;
    private final Function<List<TokenKey>, T> made;
    private List<String> known = List.of();
    private volatile T current;

    /** @throws CannotRunException where there are no keys to be read */
    public FollowedKeys(Path file, Clock clock, Function<List<TokenKey>, T> made) {
        this.file = new TokenKeyFile(file);
        this.clock = clock;
        this.made = made;
        use(this.file.loadOrCreate(clock.instant()));
    }

    public T current() {
        return current;
    }

    /** Called now and then; the file is small. A file that cannot be read leaves the keys that were. */
    public synchronized void refresh() {
        try {
            use(file.loadOrCreate(clock.instant()));
        } catch (CannotRunException e) {
            LOG.warn("{}; the keys of before are used", e.getMessage());
        }
    }

    private synchronized void use(List<TokenKey> keys) {
        List<String> found = keys.stream().map(TokenKey::toString).toList();
        if (!found.equals(known)) {
            current = made.apply(keys);
            known = found;
            LOG.info("keys of tokens: {}", found);
        }
    }
}
