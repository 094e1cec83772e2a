package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Nights: how fast, what a long history costs, and the same rollups by DuckDB and ClickHouse. */
@Command(
        name = "night",
        mixinStandardHelpOptions = true,
        description = {
            "Real nights over a made-up fleet's records that ingest has counted: the rate of a first night, what the same new"
                    + " records cost behind a history and behind ten times as much, and the rollups of the whole log by a full night,"
                    + " DuckDB and ClickHouse, in turns and with two threads each.",
            "Fails where the answers differ."
        })
final class NightBench implements Callable<Integer> {
    private static final int DAYS = 10;
    private static final int SHOWN_DIFFERENCES = 10;
    /** Beyond the days around today in which late duplicates are looked for, and before those of which nights learn. */
    private static final Duration AGE = Duration.ofDays(16);

    @Option(
            names = "--records",
            defaultValue = "1000000",
            description = "Records of the long history, spread over ten days. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--new-records",
            defaultValue = "40000",
            description = "Records of today before each of the nights that are compared. Default: ${DEFAULT-VALUE}.")
    private long newRecords;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "How often all is compared. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--partitions", defaultValue = "2", description = "Of each topic. Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(names = "--out", description = "Folder for night.json and a chart, night.svg. Default: none.")
    private Path out;

    private final Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    private final ObjectNode figures = Machine.JSON.createObjectNode();
    private final ObjectNode peerFigures = Machine.JSON.createObjectNode();

    @Override
    public Integer call() throws Exception {
        figures.put("records", records).put("new_records", newRecords).put("rounds", rounds);
        RollupRace race;
        try (NightHome extended = new NightHome(partitions)) {
            extended.fill(history(DAYS), records);
            figures.set("first_night", rate(extended.night(), extended.accepted()));
            try (NightHome brief = new NightHome(partitions)) {
                brief.fill(history(1), records / DAYS);
                brief.night();
                HistoryCost cost = new HistoryCost(brief, extended);
                for (int round = 0; round < rounds; round++) {
                    cost.round(round, new NewRecords(100L + round, newRecords, today.plusSeconds(60)));
                }
                figures.set("same_new_records", cost.figures());
            }
            try (Peers peers = new Peers()) {
                race = new RollupRace(extended, peers.list());
                if (!race(race)) {
                    return ExitCode.FAILED.code();
                }
                peers.addFigures(race);
            }
            addFigures(race, extended.accepted());
        }
        ObjectNode answer = Machine.answer("night", figures, peerFigures);
        if (out != null) {
            Files.createDirectories(out);
            Files.writeString(out.resolve("night.json"), answer.toPrettyString() + "\n");
            Files.writeString(
                    out.resolve("night.svg"),
                    NightChart.of(figures.at("/rollups/events").asLong(), race));
        }
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    /** A tenth of the records on each day, as dense as 30,000 boxes make them. */
    private List<Fleet> history(int days) {
        List<Fleet> fleets = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            Instant start = today.minus(AGE).minus(Duration.ofDays(day)).plus(Duration.ofHours(12));
            fleets.add(new NewRecords(1L + day, records / DAYS, start).fleet());
        }
        return fleets;
    }

    private static ObjectNode rate(NightRun night, long events) {
        ObjectNode rate = night.figures();
        double rebuild = night.seconds(StepName.REBUILD);
        rate.put("events", events);
        rate.put("events_per_second_rebuild", Math.round(events / rebuild));
        rate.put(
                "events_per_second_rebuild_and_validate",
                Math.round(events / (rebuild + night.seconds(StepName.VALIDATE))));
        say(
                "first night over %,d events: %.1f s, rebuild %.1f s, validate %.1f s, %d MB",
                events, night.seconds(), rebuild, night.seconds(StepName.VALIDATE), night.peakMegabytes());
        return rate;
    }

    private boolean race(RollupRace race) throws Exception {
        for (int round = 0; round < rounds; round++) {
            List<String> wrong = race.round(round);
            if (!wrong.isEmpty()) {
                wrong.stream().limit(SHOWN_DIFFERENCES).forEach(difference -> say("%s", difference));
                return false;
            }
        }
        return true;
    }

    private void addFigures(RollupRace race, long events) {
        ObjectNode node = figures.putObject("rollups");
        node.put("events", events).put("rows", race.rows()).put("threads", RollupPeer.THREADS);
        node.set("seconds", race.figures(RollupRace.OURS));
        node.put("ratio_to_faster_peer", race.ratioToFasterPeer());
        node.put("answers_equal", true);
    }

    /** Those that are to be had here. */
    private final class Peers implements AutoCloseable {
        private final DuckDbPeer duckDb = new DuckDbPeer();
        private final ClickHousePeer clickHouse = clickHouseIfAny();

        Peers() throws SQLException {}

        List<RollupPeer> list() {
            return clickHouse == null ? List.of(duckDb) : List.of(duckDb, clickHouse);
        }

        /** @return null where it cannot be had; the figures say why */
        private ClickHousePeer clickHouseIfAny() {
            try {
                return ClickHousePeer.prepare();
            } catch (IOException e) {
                say("without ClickHouse: %s", e.getMessage());
                peerFigures.putObject("clickhouse").put("missing", e.getMessage());
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        void addFigures(RollupRace race) throws SQLException {
            ObjectNode node = peerFigures.putObject(duckDb.id());
            node.put("version", duckDb.version()).set("seconds", race.figures(duckDb.id()));
            if (clickHouse != null) {
                ObjectNode other = peerFigures.putObject(clickHouse.id());
                other.put("version", clickHouse.version());
                other.set("seconds", race.figures(clickHouse.id()));
                other.put("peak_memory_mb", clickHouse.peakMegabytes());
            }
        }

        @Override
        public void close() throws SQLException {
            duckDb.close();
        }
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
