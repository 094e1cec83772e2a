package io.datastreamx.speed.edge;

import io.datastreamx.process.CannotRunException;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKey;
import io.datastreamx.tokens.TokenKeyFile;
import io.datastreamx.tokens.TokenRefusedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys that are in force, read again when their file has changed. Thread-safe. */
final class DeviceKeys {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceKeys.class);

    private static final Duration WARM_UP = Duration.ofMinutes(10);

    private final TokenKeyFile file;
    private final Clock clock;
    private List<String> known = List.of();
    private volatile DeviceTokens tokens;

    /** @throws CannotRunException where there are no keys to be read */
    DeviceKeys(Path file, Clock clock) {
        this.file = new TokenKeyFile(file);
        this.clock = clock;
        use(this.file.loadOrCreate(clock.instant()));
    }

    /** Called now and then; the file is small. A file that cannot be read leaves the keys that were. */
    synchronized void refresh() {
        try {
            use(file.loadOrCreate(clock.instant()));
        } catch (CannotRunException e) {
            LOG.warn("{}; the keys of before are used", e.getMessage());
        }
    }

    private synchronized void use(List<TokenKey> keys) {
        List<String> found = keys.stream().map(TokenKey::toString).toList();
        if (tokens == null || !found.equals(known)) {
            tokens = new DeviceTokens(keys);
            known = found;
            LOG.info("keys of tokens: {}", found);
        }
    }

    /** A token of a made-up box, good for as long as a warm-up may take. */
    String sign(String deviceId) {
        return tokens.sign(deviceId, clock.instant(), WARM_UP);
    }

    /**
     * @param authorization the header; may be null
     * @return the device that asks
     */
    String device(String authorization) throws RefusedException {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw new RefusedException(Outcome.UNAUTHORIZED, "the header Authorization: Bearer TOKEN is missing");
        }
        try {
            return tokens.verify(authorization.substring(7).strip(), clock.instant());
        } catch (TokenRefusedException e) {
            throw new RefusedException(Outcome.UNAUTHORIZED, e.getMessage());
        }
    }
}
