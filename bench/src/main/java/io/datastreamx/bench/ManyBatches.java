package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the last of many small batches costs against an early one: time, memory, files. */
final class ManyBatches {
    private static final Pattern BATCH = Pattern.compile("batch (\\d+): .*; (\\d+) ms pass, (\\d+) ms commit");
    private static final int EARLY = 200;
    private static final int WINDOW = 100;

    private final Path home;
    private final Lake lake;
    private final long pid;
    private long earlyMegabytes = -1;

    ManyBatches(Path home, Lake lake, long pid) {
        this.home = home;
        this.lake = lake;
        this.pid = pid;
    }

    /** Commits of the ledger's log, of which each stands for a batch; cleaned away they are still numbered. */
    long batches() {
        try (Stream<Path> files = Files.list(Path.of(URI.create(lake.uri(Table.LEDGER) + "/_delta_log")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(long wanted) {
        long now = batches();
        if (now >= EARLY && earlyMegabytes < 0) {
            earlyMegabytes = Machine.peakMegabytes(pid);
        }
        return now >= wanted;
    }

    ObjectNode figures(String log) {
        List<long[]> times = new ArrayList<>();
        Matcher line = BATCH.matcher(log);
        while (line.find()) {
            times.add(new long[] {Long.parseLong(line.group(2)), Long.parseLong(line.group(3))});
        }
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("batches", times.size());
        window(figures, "early", times.subList(EARLY, EARLY + WINDOW));
        window(figures, "last", times.subList(times.size() - WINDOW, times.size()));
        figures.put("early_peak_memory_mb", earlyMegabytes);
        figures.put("last_peak_memory_mb", Machine.peakMegabytes(pid));
        for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.LEDGER)) {
            figures.put(
                    table.path() + "_log_files",
                    count(Path.of(URI.create(lake.uri(table))).resolve("_delta_log")));
        }
        figures.put("checkpoint_files", count(home.resolve("checkpoints")));
        return figures;
    }

    private static void window(ObjectNode figures, String name, List<long[]> times) {
        figures.put(
                name + "_pass_ms",
                times.stream().mapToLong(time -> time[0]).average().orElse(0));
        figures.put(
                name + "_commit_ms",
                times.stream().mapToLong(time -> time[1]).average().orElse(0));
    }

    private static long count(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
