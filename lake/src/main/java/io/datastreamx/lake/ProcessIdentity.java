package io.datastreamx.lake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A process that can be recognised later.
 *
 * @param host for people
 * @param pidSpace where its pid means something: one boot of one kernel and one pid namespace; empty where the system
 *     does not say
 * @param pid in that space
 * @param startTicks when it started, in clock ticks since boot; tells it from a later process with its pid
 */
record ProcessIdentity(String host, String pidSpace, long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");

    static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        try {
            String space = Files.readString(PROC.resolve("sys/kernel/random/boot_id"))
                            .strip() + " " + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
            return new ProcessIdentity(hostName(), space, pid, Stat.of(pid).startTicks());
        } catch (IOException | UnsupportedOperationException e) {
            return new ProcessIdentity(hostName(), "", pid, 0);
        }
    }

    /** Whether it is known to have ended: only a process of the same pid space can know. */
    boolean isKnownToBeGone(ProcessIdentity observer) {
        if (pidSpace.isEmpty() || !pidSpace.equals(observer.pidSpace)) {
            return false;
        }
        try {
            Stat now = Stat.of(pid);
            return now.ended() || now.startTicks() != startTicks;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }

    /** The part of {@code /proc/<pid>/stat} that matters here; see proc(5). */
    private record Stat(boolean ended, long startTicks) {
        static Stat of(long pid) throws IOException {
            String line = Files.readString(PROC.resolve(pid + "/stat"));
            // The command's name, in brackets, may hold anything; field 3 follows it.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return new Stat(fields[0].equals("Z") || fields[0].equals("X"), Long.parseLong(fields[19]));
        }
    }
}
