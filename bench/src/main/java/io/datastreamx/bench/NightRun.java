package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.process.ExitCode;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole night in a JVM of its own, started as {@code dsx batch} starts one.
 *
 * @param report what it printed
 * @param log what it said meanwhile
 * @param seconds from the start of the JVM to its end
 */
record NightRun(JsonNode report, String log, double seconds, double cpuSeconds, long peakMegabytes) {
    private static final Duration LOOK = Duration.ofMillis(200);

    /** @param settings of its home */
    static NightRun of(Map<String, String> settings, String... args) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(args));
        JavaProcess.Launch launch = new JavaProcess.Launch(
                "io.datastreamx.batch.NightMain",
                Repository.runtimeClasspath("batch-layer"),
                List.of(
                        Repository.sparkJvmOptions(),
                        "-Xmx2g",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:MetaspaceSize=192m"),
                settings,
                all);
        long began = System.nanoTime();
        try (JavaProcess process = JavaProcess.start(launch)) {
            long peak = -1;
            double cpu = Double.NaN;
            while (process.isAlive()) {
                peak = Math.max(peak, Machine.peakMegabytes(process.pid()));
                double now = Machine.cpuSeconds(process.pid());
                cpu = Double.isNaN(now) ? cpu : now;
                Thread.sleep(LOOK.toMillis());
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            int code = process.exitCode(LOOK);
            if (code != ExitCode.OK.code() && code != ExitCode.LEARNING_FAILED.code()) {
                throw new IllegalStateException(
                        "the night ended with " + code + ":\n" + process.stdout() + process.stderr());
            }
            String report = process.stdout()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .findFirst()
                    .orElseThrow();
            return new NightRun(Machine.JSON.readTree(report), process.stderr(), seconds, cpu, peak);
        }
    }

    /** How long a step took; 0 where it did not run. */
    double seconds(StepName step) {
        for (JsonNode each : report.get("steps")) {
            if (each.get("step").asText().equals(step.code())) {
                return each.get("ms").asLong() / 1000.0;
            }
        }
        return 0;
    }

    /** Days that it built from the raw log. */
    List<String> rebuiltDays() {
        List<String> days = new ArrayList<>();
        for (JsonNode step : report.get("steps")) {
            if (step.get("step").asText().equals(StepName.REBUILD.code())) {
                step.get("result").get("rebuilt").forEach(day -> days.add(day.asText()));
            }
        }
        return days;
    }

    /** How long its rebuild took to compute and to write one table, as its log says. */
    double seconds(Table table) {
        Matcher line = Pattern.compile("built " + Pattern.quote(table.path()) + " in (\\d+) ms")
                .matcher(log);
        if (!line.find()) {
            throw new IllegalStateException("the night's log does not say how long " + table.path() + " took:\n" + log);
        }
        return Long.parseLong(line.group(1)) / 1000.0;
    }

    ObjectNode figures() {
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("seconds", seconds);
        figures.put("seconds_in_night", report.get("ms").asLong() / 1000.0);
        ObjectNode steps = figures.putObject("seconds_by_step");
        for (JsonNode step : report.get("steps")) {
            steps.put(step.get("step").asText(), step.get("ms").asLong() / 1000.0);
        }
        figures.put("days_rebuilt", rebuiltDays().size());
        figures.put("cpu_seconds", cpuSeconds);
        figures.put("peak_memory_mb", peakMegabytes);
        return figures;
    }
}
