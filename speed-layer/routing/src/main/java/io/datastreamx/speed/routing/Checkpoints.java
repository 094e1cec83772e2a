package io.datastreamx.speed.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the checkpoints of a query, and says of each what the time went into that nothing was decided in. */
final class Checkpoints extends StreamingQueryListener {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    /**
     * @param at when it was written
     * @param pause of its batch: what the batch took beyond the time that it was to last
     */
    record Checkpoint(Instant at, Duration pause) {}

    private final Duration batch;
    private final AtomicReference<Checkpoint> last = new AtomicReference<>();

    /** @param batch how long each batch is to last */
    Checkpoints(Duration batch) {
        this.batch = batch;
    }

    /** The last one since this was asked for. */
    Optional<Checkpoint> next() {
        return Optional.ofNullable(last.getAndSet(null));
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {
        // There is no checkpoint yet.
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        Map<String, Long> parts = new TreeMap<>(event.progress().durationMs());
        long pause = Math.max(0, parts.getOrDefault("triggerExecution", 0L) - batch.toMillis());
        LOG.info(
                "batch {} committed, {} ms beyond its {}; its parts in ms: {}",
                event.progress().batchId(),
                pause,
                batch,
                parts);
        last.set(new Checkpoint(Instant.now(), Duration.ofMillis(pause)));
    }

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {
        // The main thread sees that.
    }
}
