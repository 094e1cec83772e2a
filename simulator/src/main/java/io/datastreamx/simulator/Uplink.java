package io.datastreamx.simulator;

import java.time.Duration;
import java.util.List;

/** How boxes reach the rest of the world: their records out, their ads in. */
interface Uplink extends RecordSink, AutoCloseable {
    /** Whether an ad request is in the log. */
    boolean flows();

    /** Ads that have come. Waits at most this long for the first. */
    List<Delivery> poll(Duration wait);

    /** Waits some seconds for what is under way. */
    @Override
    void close();
}
