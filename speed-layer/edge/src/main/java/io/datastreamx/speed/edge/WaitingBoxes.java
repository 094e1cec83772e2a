package io.datastreamx.speed.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Boxes that wait for the ad to their request. A wait costs an entry here and no thread. Thread-safe. */
final class WaitingBoxes {
    /** A request id is the box's own to choose: only together with the device does it say whose the ad is. */
    private record Key(String deviceId, String requestId) {}

    private final Map<Key, List<CompletableFuture<Optional<Delivery>>>> waiting = new ConcurrentHashMap<>();

    /** Completes with the ad, or with nothing after this long; never exceptionally. */
    CompletableFuture<Optional<Delivery>> await(String deviceId, String requestId, Duration longest) {
        Key key = new Key(deviceId, requestId);
        CompletableFuture<Optional<Delivery>> wait = new CompletableFuture<>();
        waiting.compute(key, (same, others) -> {
            List<CompletableFuture<Optional<Delivery>>> all = new ArrayList<>(others == null ? List.of() : others);
            all.add(wait);
            return List.copyOf(all);
        });
        wait.whenComplete((ad, failure) -> waiting.computeIfPresent(key, (same, others) -> {
            List<CompletableFuture<Optional<Delivery>>> rest =
                    others.stream().filter(other -> other != wait).toList();
            return rest.isEmpty() ? null : rest;
        }));
        wait.completeOnTimeout(Optional.empty(), longest.toMillis(), TimeUnit.MILLISECONDS);
        return wait;
    }

    /** @return whether anybody waited for it */
    boolean deliver(Delivery delivery) {
        List<CompletableFuture<Optional<Delivery>>> all =
                waiting.remove(new Key(delivery.deviceId(), delivery.requestId()));
        if (all == null) {
            return false;
        }
        all.forEach(wait -> wait.complete(Optional.of(delivery)));
        return true;
    }

    int count() {
        return waiting.size();
    }

    /** Nobody waits any longer. */
    void endAll() {
        List.copyOf(waiting.values()).forEach(all -> all.forEach(wait -> wait.complete(Optional.empty())));
    }
}
