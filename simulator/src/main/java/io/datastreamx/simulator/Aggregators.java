package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.datastreamx.simulator.world.AggregatorProfile;
import io.datastreamx.simulator.world.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** All aggregators of a truth as running servers. */
final class Aggregators implements AutoCloseable {
    private final Truth truth;
    private final String currency;
    private final ExecutorService workers = Executors.newFixedThreadPool(4, daemons("aggregator-worker-"));
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, daemons("aggregator-timer-"));
    private final List<AggregatorServer> servers = new ArrayList<>();

    Aggregators(Truth truth, String currency, Clock clock) throws IOException {
        this.truth = truth;
        this.currency = currency;
        for (String id : truth.aggregatorIds()) {
            servers.add(new AggregatorServer(truth, id, currency, clock, workers, timer));
        }
    }

    /** Begins to answer. */
    Aggregators start() {
        servers.forEach(AggregatorServer::start);
        return this;
    }

    /**
     * Writes the terms of all aggregators as a JSON array, complete or not at all. Their order in the waterfall is that
     * of their contract prices, which is what one knows before anything was measured.
     *
     * @param requestsPerDay of which some caps are a share
     */
    void writeTerms(Path file, double requestsPerDay) throws IOException {
        ArrayNode terms = new ObjectMapper().createArrayNode();
        List<AggregatorProfile> profiles = truth.world().aggregators();
        List<AggregatorProfile> byPrice = profiles.stream()
                .sorted(Comparator.comparingLong(profile -> -profile.contractPriceMicros()))
                .toList();
        for (AggregatorServer server : servers) {
            AggregatorProfile profile = profiles.get(truth.indexOf(server.aggregatorId()));
            terms.addObject()
                    .put("aggregator_id", profile.id())
                    .put("endpoint", server.endpoint())
                    .put("enabled", true)
                    .put("waterfall_rank", 1 + byPrice.indexOf(profile))
                    .put("contract_price_micros", profile.contractPriceMicros())
                    .put("max_price_micros", profile.maxPriceMicros())
                    .put("daily_cap", profile.dailyCap(requestsPerDay))
                    .put("timeout_ms", profile.timeoutMs())
                    .put("currency", currency);
        }
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        Files.writeString(part, terms.toPrettyString() + "\n");
        Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    List<AggregatorServer> servers() {
        return List.copyOf(servers);
    }

    @Override
    public void close() {
        servers.forEach(AggregatorServer::close);
        timer.shutdownNow();
        workers.shutdownNow();
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
