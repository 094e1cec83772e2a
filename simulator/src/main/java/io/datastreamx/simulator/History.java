package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.simulator.world.Truth;
import io.datastreamx.simulator.world.TruthContext;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Writes a simulated past to a file, in order of time, and what only the simulator knows about it to another. */
final class History {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long STEP_MS = 100;
    /** One box asks about this often; a longer past with few requests has fewer boxes rather than mostly idle ones. */
    private static final double REQUESTS_PER_BOX_AND_SECOND = 1.0 / 25;

    private static final int FEWEST_BOXES = 50;

    private final Truth truth;
    private final FleetOptions options;
    private final Instant from;
    private final Instant to;
    private final long count;
    private Fleet fleet;
    private long requests;

    /**
     * @param most how many boxes at most, and everything else but the rate
     * @param count ad requests, spread evenly from {@code from} to {@code to}
     */
    History(Truth truth, FleetOptions most, Instant from, Instant to, long count) {
        if (!to.isAfter(from) || count < 1) {
            throw new IllegalArgumentException("--from must be before --to, and --count at least 1");
        }
        this.truth = truth;
        this.from = from;
        this.to = to;
        this.count = count;
        // A little faster than needed: arrivals are random, and all of them are to fit before the end.
        double rate = count
                * (1 + 4 / Math.sqrt(count))
                * 1_000
                / Duration.between(from, to).toMillis()
                / truth.world().traffic().meanBusy();
        int busy = (int) Math.max(FEWEST_BOXES, rate / REQUESTS_PER_BOX_AND_SECOND);
        this.options = new FleetOptions(
                Math.min(most.boxes(), busy),
                rate,
                most.seed(),
                most.runId(),
                most.currency(),
                most.duplicates(),
                most.malformed(),
                most.late());
    }

    /** @param truthFile may be null */
    void write(Path file, Path truthFile) throws IOException {
        Agenda agenda = new Agenda(Long.MAX_VALUE);
        try (HistoryWriter sink = new HistoryWriter(file);
                Writer truths = truthFile == null ? Writer.nullWriter() : open(truthFile)) {
            SimulatedRouter router =
                    new SimulatedRouter(truth, options, sink, agenda, (delivery, at) -> fleet.deliver(delivery, at));
            fleet = new Fleet(
                    truth,
                    options,
                    sink,
                    agenda,
                    opportunity -> {
                        router.requested(opportunity);
                        writeTruth(truths, opportunity);
                        if (++requests == count) {
                            fleet.askNoMore();
                        }
                    },
                    from.toEpochMilli());
            for (long now = from.toEpochMilli(); now <= to.toEpochMilli(); now += STEP_MS) {
                fleet.advance(now);
            }
        }
    }

    private static BufferedWriter open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.newBufferedWriter(file);
    }

    private void writeTruth(Writer out, Opportunity opportunity) {
        TruthContext context = opportunity.context();
        ObjectNode line = MAPPER.createObjectNode().put("request_id", opportunity.requestId());
        ObjectNode expected = line.putObject("expected_revenue_micros");
        truth.aggregatorIds().forEach(id -> expected.put(id, truth.expectedRevenueMicrosPerRequest(id, context)));
        line.put("uniform", truth.uniformRevenueMicrosPerRequest(context));
        line.put("oracle", truth.oracleRevenueMicrosPerRequest(context));
        try {
            out.write(line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
