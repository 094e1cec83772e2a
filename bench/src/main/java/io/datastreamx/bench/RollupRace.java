package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.TableState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rollups of the whole raw log by a full night and by its peers, in turns. The night's time is that of its table,
 * from the plan to the commit; engines are started before, its own as the others.
 */
final class RollupRace {
    /** What the night's own column is called in figures. */
    static final String OURS = "night";

    private final NightHome home;
    private final List<RollupPeer> peers;
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();
    private long rows;

    RollupRace(NightHome home, List<RollupPeer> peers) {
        this.home = home;
        this.peers = peers;
        seconds.put(OURS, new ArrayList<>());
        peers.forEach(peer -> seconds.put(peer.id(), new ArrayList<>()));
    }

    /** Each once, beginning with another in each round. @return what is wrong with the answers */
    List<String> round(int number) throws Exception {
        List<String> order = new ArrayList<>(seconds.keySet());
        Collections.rotate(order, -number);
        Map<String, RollupTotals> totals = new LinkedHashMap<>();
        for (String who : order) {
            if (who.equals(OURS)) {
                NightRun night = home.night("--full");
                took(number, who, night.seconds(Table.BATCH_ROLLUPS));
                say("the whole rebuild took %.1f s", night.seconds(StepName.REBUILD));
                totals.put(who, RollupTotals.of(files(Table.BATCH_ROLLUPS)));
            } else {
                totals.put(who, run(number, peer(who)));
            }
        }
        rows = totals.get(OURS).rows();
        List<String> wrong = new ArrayList<>();
        for (RollupPeer peer : peers) {
            totals.get(OURS)
                    .differences(totals.get(peer.id()))
                    .forEach(difference -> wrong.add("night and " + peer.title() + ": " + difference));
        }
        return wrong;
    }

    private RollupTotals run(int number, RollupPeer peer) throws Exception {
        Path log = home.folder().resolve("race/log");
        Path answers = home.folder().resolve("race/answers");
        link(files(Table.EVENTS), log);
        Files.createDirectories(answers);
        took(number, peer.id(), peer.run(log + "/*.parquet", answers));
        try (Stream<Path> written = Files.walk(answers)) {
            return RollupTotals.of(
                    written.filter(file -> file.toString().endsWith(".parquet")).toList());
        } finally {
            remove(log.getParent());
        }
    }

    /** Rows of the night's table. */
    long rows() {
        return rows;
    }

    /** Seconds of each round, by who. */
    Map<String, List<Double>> seconds() {
        return seconds;
    }

    ObjectNode figures(String who) {
        return Rounds.of(seconds.get(who), each -> each);
    }

    /** Our median to that of the faster peer; NaN without peers. */
    double ratioToFasterPeer() {
        double faster =
                peers.stream().mapToDouble(peer -> median(peer.id())).min().orElse(Double.NaN);
        return median(OURS) / faster;
    }

    private double median(String who) {
        return Spread.of(seconds.get(who), each -> each).median();
    }

    private void took(int number, String who, double took) {
        seconds.get(who).add(took);
        say("round %d, rollups by %s: %.2f s", number + 1, who, took);
    }

    private RollupPeer peer(String id) {
        return peers.stream().filter(peer -> peer.id().equals(id)).findFirst().orElseThrow();
    }

    private List<Path> files(Table table) {
        return home.lake().table(table).state().files().stream()
                .map(TableState.DayFile::path)
                .map(Path::of)
                .toList();
    }

    /** The log's files alone in a folder: beside them lie others, which compaction has replaced. */
    private static void link(List<Path> files, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < files.size(); i++) {
            Files.createLink(folder.resolve(i + ".parquet"), files.get(i));
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
