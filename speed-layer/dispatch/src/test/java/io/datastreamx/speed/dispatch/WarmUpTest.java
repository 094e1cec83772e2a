package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Made-up decisions reach their end. */
class WarmUpTest {
    @Test
    void eachFindsItsAd() {
        try (AggregatorClient client =
                new AggregatorClient("USD", Settings.load(Map.of()).dispatch())) {
            assertEquals(50, new WarmUp(client, "USD").run(50));
            assertEquals(0, new WarmUp(client, "USD").run(0));
        }
    }
}
