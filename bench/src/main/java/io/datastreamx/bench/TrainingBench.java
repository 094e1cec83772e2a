package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a night learns over a long log. */
@Command(
        name = "training",
        mixinStandardHelpOptions = true,
        description = {
            "A night's learning over a fortnight of decisions: reading the log, training, judging, fitting again on everything; seconds of each, and the processor's time"
                    + " and the memory of all.",
            "The decisions come from the simulator's lab. They are kept in the folder of --out and not made again."
        })
final class TrainingBench implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Option(
            names = "--decisions",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Default: ${DEFAULT-VALUE}.")
    private int decisions;

    @Option(
            names = "--world",
            paramLabel = "NAME",
            defaultValue = "additive-1",
            description = "Default: ${DEFAULT-VALUE}.")
    private String world;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the decision log and training.json.")
    private Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        Path log = out.resolve("log-%s-%d".formatted(world, decisions));
        // Once to make the log, which is not to be measured, and once over it.
        run(log, 0);
        ObjectNode answer = Machine.answer("training", run(log, 1), Machine.JSON.createObjectNode());
        Files.writeString(out.resolve("training.json"), answer.toPrettyString() + "\n");
        System.out.println(answer.toPrettyString());
        return ExitCode.OK.code();
    }

    private ObjectNode run(Path log, int nights) throws IOException, InterruptedException {
        Path file = Files.createTempFile(out, "figures", ".json");
        List<String> arguments = List.of(
                "--world",
                world,
                "--decisions",
                Integer.toString(decisions),
                "--log",
                log.toString(),
                "--nights",
                Integer.toString(nights),
                "--out",
                file.toString());
        try (JavaProcess process = LabProgram.start(
                "TrainingMain", out.resolve("home"), List.of("-Xmx5g", "-XX:+UseParallelGC"), arguments)) {
            double cpu = 0;
            long megabytes = 0;
            while (process.isAlive()) {
                Thread.sleep(LOOK.toMillis());
                double seconds = Machine.cpuSeconds(process.pid());
                cpu = Double.isNaN(seconds) ? cpu : seconds;
                megabytes = Math.max(megabytes, Machine.peakMegabytes(process.pid()));
            }
            if (!(Machine.JSON.readTree(file.toFile()) instanceof ObjectNode figures)) {
                throw new IllegalStateException(
                        "training ended without a result:\n" + process.stdout() + process.stderr());
            }
            return figures.put("processor_s", cpu).put("peak_mb", megabytes);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
