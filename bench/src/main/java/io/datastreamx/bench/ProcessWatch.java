package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Processor time and memory of processes by name, whichever process has the name at the time. */
final class ProcessWatch {
    private static final class Use {
        double cpuBefore = Double.NaN;
        double cpu;
        long peak = -1;
    }

    private final Map<String, Map<Long, Use>> uses = new TreeMap<>();

    /** Looks at each; time counts from the first look at a process on. */
    synchronized void look(Map<String, Long> pids) {
        pids.forEach((name, pid) -> look(name, pid, false));
    }

    /** A process all of whose time counts. */
    synchronized void lookFromStart(String name, long pid) {
        look(name, pid, true);
    }

    private void look(String name, long pid, boolean all) {
        double cpu = Machine.cpuSeconds(pid);
        if (Double.isNaN(cpu)) {
            return;
        }
        Use use = uses.computeIfAbsent(name, n -> new HashMap<>()).computeIfAbsent(pid, p -> new Use());
        if (Double.isNaN(use.cpuBefore)) {
            use.cpuBefore = all ? 0 : cpu;
        }
        use.cpu = cpu;
        use.peak = Math.max(use.peak, Machine.peakMegabytes(pid));
    }

    synchronized double cpuSeconds(String name) {
        return uses.getOrDefault(name, Map.of()).values().stream()
                .mapToDouble(use -> use.cpu - use.cpuBefore)
                .sum();
    }

    synchronized long peakMegabytes(String name) {
        return uses.getOrDefault(name, Map.of()).values().stream()
                .mapToLong(use -> use.peak)
                .max()
                .orElse(-1);
    }

    /** @param seconds over which the shares are */
    synchronized ObjectNode figures(double seconds) {
        ObjectNode figures = Machine.JSON.createObjectNode();
        for (String name : uses.keySet()) {
            figures.putObject(name)
                    .put("cpu_seconds", Math.round(cpuSeconds(name)))
                    .put("cores", Math.round(cpuSeconds(name) / seconds * 1_000) / 1_000.0)
                    .put("peak_memory_mb", peakMegabytes(name));
        }
        return figures;
    }
}
