package io.datastreamx.cli.verbs;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.datastreamx.cli.stack.Home;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Looks at the machine. */
final class Checkup {
    private static final long GIB = 1L << 30;
    private static final long MEMORY_NEEDED = 10 * GIB;
    private static final long DISK_NEEDED = 10 * GIB;
    private static final int CORES_NEEDED = 2;
    private static final long FILES_NEEDED = 4_096;

    enum Verdict {
        OK,
        /** Works, but something will be slow or is not possible. */
        WEAK,
        MISSING;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param advice what to do; empty if nothing */
    record Finding(String check, Verdict verdict, String found, String advice) {}

    private final Home home;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    Checkup(Home home) {
        this.home = home;
    }

    List<Finding> findings() {
        List<Finding> findings =
                new ArrayList<>(List.of(java(), memory(), disk(), cores(), openFiles(), ports(), writeAccess()));
        findings.add(command("maven", Verdict.MISSING, "install it: apt-get install maven", "mvn", "-v"));
        findings.add(
                command("python", Verdict.WEAK, "for the scripts: apt-get install python3", "python3", "--version"));
        findings.add(browser());
        return findings;
    }

    private static Finding java() {
        int feature = Runtime.version().feature();
        boolean good = feature >= 17 && feature < 25;
        return new Finding(
                "java",
                good ? Verdict.OK : Verdict.MISSING,
                Runtime.version().toString(),
                good ? "" : "use JDK 17 to 24: apt-get install openjdk-17-jdk-headless");
    }

    private Finding memory() {
        long total = system.getTotalMemorySize();
        return new Finding(
                "memory",
                total >= MEMORY_NEEDED ? Verdict.OK : Verdict.MISSING,
                gib(total),
                total >= MEMORY_NEEDED ? "" : "the whole stack with a night needs " + gib(MEMORY_NEEDED));
    }

    private Finding disk() {
        try {
            long free = Files.getFileStore(nearestExisting()).getUsableSpace();
            return new Finding(
                    "disk",
                    free >= DISK_NEEDED ? Verdict.OK : Verdict.WEAK,
                    gib(free) + " free",
                    free >= DISK_NEEDED ? "" : "libraries and a day of data want " + gib(DISK_NEEDED));
        } catch (IOException e) {
            return new Finding(
                    "disk", Verdict.WEAK, "unknown: " + e.getMessage(), "check the free space of " + home.dir());
        }
    }

    private static Finding cores() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new Finding(
                "cores",
                cores >= CORES_NEEDED ? Verdict.OK : Verdict.WEAK,
                Integer.toString(cores),
                cores >= CORES_NEEDED ? "" : "decisions will be slow on one core");
    }

    private Finding openFiles() {
        if (!(system instanceof UnixOperatingSystemMXBean unix)) {
            return new Finding("open files", Verdict.OK, "no limit known", "");
        }
        long limit = unix.getMaxFileDescriptorCount();
        return new Finding(
                "open files",
                limit >= FILES_NEEDED ? Verdict.OK : Verdict.WEAK,
                Long.toString(limit),
                limit >= FILES_NEEDED ? "" : "raise it: ulimit -n " + FILES_NEEDED);
    }

    private static Finding ports() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Finding("ports", Verdict.OK, "127.0.0.1 can be listened on, e.g. " + socket.getLocalPort(), "");
        } catch (IOException e) {
            return new Finding("ports", Verdict.MISSING, e.getMessage(), "allow listening on 127.0.0.1");
        }
    }

    private Finding writeAccess() {
        boolean writable = Files.isWritable(nearestExisting());
        return new Finding(
                "home",
                writable ? Verdict.OK : Verdict.MISSING,
                home.dir() + (writable ? " is writable" : " is not writable"),
                writable ? "" : "name another folder with --home");
    }

    private Path nearestExisting() {
        Path folder = home.dir();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static Finding browser() {
        String name = Stream.of("chromium", "chromium-browser", "google-chrome")
                .filter(Checkup::inPath)
                .findFirst()
                .orElse(null);
        return new Finding(
                "chromium",
                name == null ? Verdict.WEAK : Verdict.OK,
                name == null ? "not found" : name,
                name == null ? "dsx test needs it for the page: apt-get install chromium" : "");
    }

    private static Finding command(String check, Verdict otherwise, String advice, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                List<String> said = lines.lines().toList();
                process.waitFor();
                return new Finding(
                        check,
                        Verdict.OK,
                        said.isEmpty() ? "found" : said.get(0).replaceAll("\u001B\\[[0-9;]*m", ""),
                        "");
            }
        } catch (IOException e) {
            return new Finding(check, otherwise, "not found", advice);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Finding(check, otherwise, "not looked at", advice);
        }
    }

    private static boolean inPath(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }
}
