package io.datastreamx.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** The form that every benchmark's answer has, and what it was measured on. */
final class Machine {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final double JIFFIES_A_SECOND = 100;

    private Machine() {}

    static ObjectNode answer(String name, ObjectNode figures, ObjectNode peers) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("name", name);
        answer.set("figures", figures);
        answer.set("peers", peers);
        ObjectNode machine = answer.putObject("machine");
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("java", System.getProperty("java.version"));
        machine.put("at", Instant.now().toString());
        return answer;
    }

    /** Most memory that a process has had, MB; -1 where the system does not say. */
    static long peakMegabytes(long pid) {
        return status(pid).getOrDefault("VmHWM", -1L);
    }

    private static Map<String, Long> status(long pid) {
        Path file = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("VmHWM:")) {
                    return Map.of("VmHWM", Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024);
                }
            }
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor time that a process has had, seconds. */
    static double cpuSeconds(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(time -> time.toMillis() / 1000.0)
                .orElse(Double.NaN);
    }

    /** Processor time that the machine has spent on anything since its start, seconds. */
    static double busySeconds() {
        try {
            String[] jiffies = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +");
            long busy = 0;
            for (int i = 1; i <= 7; i++) {
                // Idle, and waiting for the disk.
                busy += i == 4 || i == 5 ? 0 : Long.parseLong(jiffies[i]);
            }
            return busy / JIFFIES_A_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
