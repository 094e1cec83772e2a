package io.datastreamx.speed.edge;

import io.datastreamx.process.CannotRunException;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.FollowedKeys;
import io.datastreamx.tokens.TokenRefusedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Who a token says that it is from, by the keys that are in force. Thread-safe. */
final class DeviceKeys {
    private static final Duration WARM_UP = Duration.ofMinutes(10);

    private final FollowedKeys<DeviceTokens> keys;
    private final Clock clock;

    /** @throws CannotRunException where there are no keys to be read */
    DeviceKeys(Path file, Clock clock) {
        this.keys = new FollowedKeys<>(file, clock, DeviceTokens::new);
        this.clock = clock;
    }

    /** Called now and then; a file that cannot be read leaves the keys that were. */
    void refresh() {
        keys.refresh();
    }

    /** A token of a made-up box, good for as long as a warm-up may take. */
    String sign(String deviceId) {
        return keys.current().sign(deviceId, clock.instant(), WARM_UP);
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
            return keys.current().verify(authorization.substring(7).strip(), clock.instant());
        } catch (TokenRefusedException e) {
            throw new RefusedException(Outcome.UNAUTHORIZED, e.getMessage());
        }
    }
}
