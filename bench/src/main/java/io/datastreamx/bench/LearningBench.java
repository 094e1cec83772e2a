package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the policy learns to earn in worlds that nobody tuned it for, beside Vowpal Wabbit and simpler ones. */
@Command(
        name = "learning",
        mixinStandardHelpOptions = true,
        description = {
            "The shipped policy, nights and all, through weeks of simulated worlds: its share of the chain oracle, days until it is back after a change, beside greedy,"
                    + " first-attempt ranking, uniform, waterfall and Vowpal Wabbit 9.11 (squarecb, cover, bag, epsilon; nightly and online, each with a grid tuned on"
                    + " worlds of its own).",
            "Every finished run is kept in the folder of --out and not made again: a run that was broken off goes on, and can be made in pieces by --worlds and --policies."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx bench learning --out learning",
            "  ./dsx bench learning --out learning --worlds crossed-1,swap-1 --policies chain,uniform --days 16 --requests-per-day 8000",
            "  ./dsx bench learning --out learning --runs 0        # only what is there"
        })
final class LearningBench implements Callable<Integer> {
    static final List<String> STATIONARY = List.of(
            "additive-1",
            "additive-2",
            "crossed-1",
            "crossed-2",
            "heavy-1",
            "heavy-2",
            "load-1",
            "load-2",
            "floors-1",
            "floors-2",
            "correlated-1",
            "correlated-2",
            "fatigue-1",
            "fatigue-2",
            "late-1",
            "late-2",
            "many-1",
            "many-2",
            "hidden-1",
            "hidden-2",
            "null");
    static final List<String> CHANGING = List.of(
            "swap-1", "swap-2", "change-1", "newcomer-1", "newcomer-2", "outage-1", "outage-2", "season-1", "season-2");
    /** Where aggregators take only so many ads; shares are of the cap oracle. */
    static final List<String> CAPPED = List.of("caps-1", "caps-2");

    /** No figure of these is reported but which configuration of Vowpal Wabbit they chose. */
    static final List<String> TUNING = List.of("additive-3", "crossed-3");

    private static final List<String> OURS = List.of("chain", "first", "greedy", "uniform", "waterfall");

    @Option(
            names = "--worlds",
            paramLabel = "NAME",
            split = ",",
            description = "Default: 21 that stay as they are, 9 that change, 2 with caps.")
    private List<String> worlds =
            Stream.of(STATIONARY, CHANGING, CAPPED).flatMap(List::stream).toList();

    @Option(
            names = "--policies",
            paramLabel = "NAME",
            split = ",",
            description = "Of chain, first, greedy, uniform, waterfall, vw. Default: all.")
    private List<String> policies =
            Stream.concat(OURS.stream(), Stream.of("vw")).toList();

    @Option(names = "--days", paramLabel = "D", defaultValue = "30", description = "Of each run (${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--from-day",
            paramLabel = "D",
            defaultValue = "8",
            description = "Shares are over days from this one on (${DEFAULT-VALUE}).")
    private int fromDay;

    @Option(
            names = "--requests-per-day",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Of each run (${DEFAULT-VALUE}).")
    private int requestsPerDay;

    @Option(
            names = "--tuning-days",
            paramLabel = "D",
            defaultValue = "10",
            description = "Of each run that tunes Vowpal Wabbit (${DEFAULT-VALUE}).")
    private int tuningDays;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the traffic (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Make at most so many new runs, then report what is there (all).")
    private int most;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description = "A Python that has vowpalwabbit 9.11; by default one is made in the folder of --out.")
    private Path python;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the runs, learning.json and learning.svg.")
    private Path out;

    private LearningRuns runs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        runs = new LearningRuns(out.resolve("runs"), seed, requestsPerDay, most);
        Map<String, Map<String, JsonNode>> found = new LinkedHashMap<>();
        List<String> contenders = new ArrayList<>();
        for (String policy : policies) {
            contenders.addAll(policy.equals("vw") ? tuned() : List.of(policy));
        }
        for (String world : worlds) {
            for (String policy : contenders) {
                runs.run(world, policy, days, python(policy))
                        .ifPresent(run -> found.computeIfAbsent(world, w -> new LinkedHashMap<>())
                                .put(policy, run));
            }
        }
        ObjectNode figures = new LearningFigures(found, contenders, fromDay).json();
        figures.putObject("settings")
                .put("days", days)
                .put("from_day", fromDay)
                .put("requests_per_day", requestsPerDay)
                .put("seed", seed);
        ObjectNode answer = Machine.answer(
                "learning", figures, Machine.JSON.createObjectNode().put("vowpalwabbit", VowpalWabbit.VERSION));
        Files.writeString(out.resolve("learning.json"), answer.toPrettyString() + "\n");
        Files.writeString(out.resolve("learning.svg"), LearningChart.of(found, contenders, days));
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    /** The best configuration of each algorithm and schedule on the tuning worlds; those only that could be run. */
    private List<String> tuned() throws IOException, InterruptedException {
        List<String> best = new ArrayList<>();
        for (String schedule : List.of("nightly", "online")) {
            for (List<String> grid : grids()) {
                String chosen = null;
                double most = -1;
                for (String one : grid) {
                    String name = one + ":" + schedule;
                    double share = 0;
                    boolean all = true;
                    for (String world : TUNING) {
                        var run = runs.run(world, name, tuningDays, python(name));
                        all &= run.isPresent();
                        share += run.isPresent() ? LearningFigures.share(run.get(), tuningDays / 2 + 1, tuningDays) : 0;
                    }
                    if (all && share > most) {
                        most = share;
                        chosen = name;
                    }
                }
                if (chosen != null) {
                    best.add(chosen);
                }
            }
        }
        return best;
    }

    private static List<List<String>> grids() {
        return List.of(
                grid("vw:squarecb", "gamma_scale=10", "gamma_scale=100", "gamma_scale=1000"),
                grid("vw:cover", "cover=4:psi=0.01", "cover=8:psi=0.1"),
                grid("vw:bag", "bag=4", "bag=8"),
                grid("vw:epsilon", "epsilon=0.02", "epsilon=0.05", "epsilon=0.1"));
    }

    private static List<String> grid(String algorithm, String... options) {
        return Arrays.stream(options)
                .flatMap(option -> Stream.of("attempt", "chain").map(reward -> algorithm + ":" + option + ":" + reward))
                .toList();
    }

    private Path python(String policy) throws IOException, InterruptedException {
        if (policy.startsWith("vw:") && python == null) {
            python = VowpalWabbit.installed(out.resolve("vw"));
        }
        return python;
    }
}
