package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same live counting by ingest, Kafka Streams and Flink. */
@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        description = {
            "The same live counting, exactly once, by ingest, Kafka Streams and Flink: the same records of one broker, validated,"
                    + " without duplicates, added to the same cells. In turns, each in a JVM of its own; fails where their answers differ.",
            "A record counts when a reader of committed data sees it. Ingest writes the raw log besides."
        })
final class LiveBench implements Callable<Integer> {
    private static final int SHOWN_DIFFERENCES = 10;

    @Option(names = "--records", defaultValue = "2000000", description = "Records a round. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often each runs, beginning with another in each round. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--partitions", defaultValue = "2", description = "Of each topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(names = "--out", description = "Folder for live.json and a chart, live.svg. Default: none.")
    private Path out;

    private final Map<Contender, List<LiveRound.Outcome>> outcomes = new EnumMap<>(Contender.class);
    private long cells;

    @Override
    public Integer call() throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<String> differences = round(round);
            if (!differences.isEmpty()) {
                differences.forEach(difference -> say("%s", difference));
                return ExitCode.FAILED.code();
            }
        }
        ObjectNode peers = Machine.JSON.createObjectNode();
        for (Contender contender : Contender.values()) {
            if (contender.isPeer()) {
                peers.set(contender.id(), figures(contender));
            }
        }
        ObjectNode ingest = figures(Contender.INGEST);
        ingest.put("records", records).put("rounds", rounds).put("partitions", partitions);
        ingest.put("cells", cells).put("answers_equal", true);
        ObjectNode answer = Machine.answer("live", ingest, peers);
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("live.json"), answer.toPrettyString() + "\n");
            Files.writeString(out.resolve("live.svg"), LiveChart.of(records, outcomes));
        }
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    /** @return what is wrong with the answers */
    private List<String> round(int number) throws Exception {
        List<Contender> order = new ArrayList<>(List.of(Contender.values()));
        Collections.rotate(order, -number);
        List<String> wrong = new ArrayList<>();
        try (LiveRound round = new LiveRound(LiveTraffic.ofTwoDaysAgo(number + 1, records), partitions)) {
            Answers first = null;
            for (Contender contender : order) {
                LiveRound.Outcome outcome = round.run(contender);
                say(
                        "round %d, %s: %.1f s, %,.0f records/s, %.1f s of processors, %d MB",
                        number + 1,
                        contender.title(),
                        outcome.seconds(),
                        outcome.recordsPerSecond(),
                        outcome.cpuSeconds(),
                        outcome.peakMegabytes());
                Answers answers = outcome.answers();
                if (answers.accepted() != round.accepted()) {
                    wrong.add("%s accepted %d events, and %d are right"
                            .formatted(contender.title(), answers.accepted(), round.accepted()));
                }
                if (first == null) {
                    first = answers;
                    cells = answers.cells().size();
                } else {
                    for (String difference : first.differences(answers, SHOWN_DIFFERENCES)) {
                        wrong.add(order.get(0).title() + " and " + contender.title() + ": " + difference);
                    }
                }
                outcomes.computeIfAbsent(contender, who -> new ArrayList<>()).add(outcome.withoutAnswers());
            }
        }
        return wrong;
    }

    private ObjectNode figures(Contender contender) {
        ObjectNode figures = Machine.JSON.createObjectNode();
        put(figures, contender, "records_per_second", LiveRound.Outcome::recordsPerSecond);
        put(figures, contender, "seconds", LiveRound.Outcome::seconds);
        put(figures, contender, "cpu_seconds", LiveRound.Outcome::cpuSeconds);
        put(figures, contender, "peak_memory_mb", LiveRound.Outcome::peakMegabytes);
        return figures;
    }

    private void put(ObjectNode figures, Contender contender, String name, ToDoubleFunction<LiveRound.Outcome> figure) {
        figures.set(name, Rounds.of(outcomes.get(contender), figure));
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
