package io.datastreamx.cli.verbs;

import io.datastreamx.cli.stack.Bootstrap;
import io.datastreamx.cli.stack.HomeOptions;
import io.datastreamx.cli.stack.Programs;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the simulated boxes and aggregators against the stack of this home until Ctrl-C, or writes a history to a file for dsx send.",
            "Live, the policy in force is changed to name the simulated aggregators. All options but --home go to the simulator; -- --help lists them.",
            "With --days: no stack; policies go through so many days of a world in one process, nights and all. -- --days --help lists the options of that."
        },
        footer = {
            "",
            "Examples:",
            "  ./dsx simulate --boxes 500 --requests-per-second 50 --seed 7",
            "  ./dsx simulate --history past.jsonl --count 20000 --truth-file truth.jsonl",
            "  ./dsx simulate --world swap-1 --days 20 --policy chain,uniform --requests-per-day 20000",
            "  ./dsx simulate -- --help"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final String DAYS = "--days";
    private static final String AGGREGATORS_FILE = "--aggregators-file";

    @Mixin
    private HomeOptions homes;

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (options.stream().anyMatch(option -> option.equals(DAYS) || option.startsWith(DAYS + "="))) {
            return lab();
        }
        boolean live =
                options.stream().noneMatch(o -> o.startsWith("--history") || o.equals("--help") || o.equals("-h"));
        return live ? live(homes.running()) : run(down(), options);
    }

    private int run(StackState state, List<String> arguments) throws IOException, InterruptedException {
        return start(state, arguments).waitFor();
    }

    private int lab() throws IOException, InterruptedException {
        return new Programs(homes.home(), down(), Programs.Life.LONG)
                .lab(options)
                .process()
                .inheritIO()
                .start()
                .waitFor();
    }

    private StackState down() {
        return StackState.read(homes.home()).orElse(StackState.down(0, 0, 0, 0, Map.of(), null));
    }

    private int live(StackState state) throws IOException, InterruptedException {
        Path aggregators = homes.home().simulatedAggregators();
        Files.deleteIfExists(aggregators);
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of(AGGREGATORS_FILE, aggregators.toString()));
        Process simulator = start(state, arguments);
        while (!Files.exists(aggregators)) {
            if (simulator.waitFor(20, TimeUnit.MILLISECONDS)) {
                return simulator.exitValue();
            }
        }
        Settings settings = homes.settings(state);
        Bootstrap.ensurePolicy(
                new PolicyTopic(Lake.of(settings), KafkaClients.of(settings.kafka(), "dsx")),
                Optional.of(Bootstrap.aggregators(aggregators, settings.currency())),
                settings.ml().probeShare(),
                Instant.now());
        return simulator.waitFor();
    }

    private Process start(StackState state, List<String> arguments) throws IOException {
        return new Programs(homes.home(), state, Programs.Life.SHORT)
                .simulator(arguments)
                .process()
                .inheritIO()
                .start();
    }
}
