package io.datastreamx.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The classes of each program's libraries, read and verified once and mapped into every later JVM (class data sharing).
 * A program without an archive writes down which classes it loads; when it has ended, a process in the background makes
 * the archive from that. An archive goes with one JDK and one list of library files; our own classes are not in it, so
 * that it outlives a build. One that is missing or broken costs time and nothing else.
 */
public final class ClassArchives {
    private static final String ARCHIVE = ".jsa";
    private static final String LIST = ".classlist";
    private static final String LIBRARIES = ".libraries";
    private static final long DUMP_PATIENCE_MINUTES = 10;
    /** {@code never} in this variable of the environment: for tests, whose few starts are not worth an archive. */
    private static final String SWITCH = "DSX_CLASS_ARCHIVES";

    private final Path root;
    private final Path folder;

    /** JVM options of {@link #options} unless the environment wants no archives. */
    static List<String> optionsUnlessOff(Path root, String program, List<Path> libraries) {
        return "never".equals(System.getenv(SWITCH)) ? List.of() : new ClassArchives(root).options(program, libraries);
    }

    /** @param root of the project; archives lie below its {@code target} */
    ClassArchives(Path root) {
        this.root = root;
        this.folder = root.resolve("target/dsx/classes");
    }

    /**
     * JVM options for a program: use its archive, or help to make one.
     *
     * @param program its name, the same for all processes that run it
     * @param libraries its class path up to our own classes
     */
    List<String> options(String program, List<Path> libraries) {
        try {
            String name = program + "-" + key(libraries);
            Path archive = folder.resolve(name + ARCHIVE);
            if (Files.exists(archive)) {
                return List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds*=off");
            }
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + LIBRARIES), Program.joined(libraries));
            Path list = Files.createTempFile(folder, name + ".", LIST);
            return List.of("-XX:DumpLoadedClassList=" + list);
        } catch (IOException e) {
            // Starts without, as on a project that cannot be written to.
            return List.of();
        }
    }

    /** JDK and libraries: an archive that was made from others would be refused by the JVM. */
    private static String key(List<Path> libraries) throws IOException {
        StringBuilder all = new StringBuilder(Program.java() + " " + System.getProperty("java.vm.version"));
        for (Path library : libraries) {
            all.append('\n')
                    .append(library)
                    .append(' ')
                    .append(Files.size(library))
                    .append(' ');
            all.append(Files.getLastModifiedTime(library).toMillis());
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Starts a process that makes the archives for which programs have left lists; does not wait for it. Where it
     * cannot be started, the next start is as slow as this one was.
     *
     * @param main main class of the command line
     */
    public static void makeInBackground(String main) {
        if (new ClassArchives(Program.root()).files(LIST).isEmpty()) {
            return;
        }
        try {
            Program.verb("archive-classes", main, List.of("archive-classes"))
                    .process()
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            System.err.println("dsx: later starts will not be quicker: " + e.getMessage());
        }
    }

    /**
     * Makes what is missing, one archive after the other. Returns at once where another process is at it.
     *
     * @throws IOException if the folder of the archives cannot be written to
     */
    public static void make() throws IOException, InterruptedException {
        new ClassArchives(Program.root()).makeAll();
    }

    void makeAll() throws IOException, InterruptedException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            for (Path libraries : files(LIBRARIES)) {
                String name = stem(libraries, LIBRARIES);
                List<Path> lists = files(LIST).stream()
                        .filter(list -> list.getFileName().toString().startsWith(name + "."))
                        .sorted(Comparator.comparingLong(ClassArchives::size).reversed())
                        .toList();
                if (!lists.isEmpty() && !Files.exists(folder.resolve(name + ARCHIVE))) {
                    dump(name, lists.get(0), libraries);
                }
                for (Path list : lists) {
                    Files.deleteIfExists(list);
                }
                Files.deleteIfExists(libraries);
            }
        }
    }

    private void dump(String name, Path list, Path libraries) throws IOException, InterruptedException {
        Path unfinished = folder.resolve(name + ".new");
        // G1 is what can put heap objects into an archive; any collector can take them out.
        List<String> command = List.of(
                Program.java(),
                "@" + root.resolve("spark-jvm.options"),
                "-Xshare:dump",
                "-XX:+UseG1GC",
                "-Xmx1g",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + unfinished,
                "-cp",
                Files.readString(libraries));
        Process process = Program.lowest(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        if (!process.waitFor(DUMP_PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        if (process.exitValue() != 0 || !Files.exists(unfinished)) {
            Files.deleteIfExists(unfinished);
            return;
        }
        Files.move(unfinished, folder.resolve(name + ARCHIVE), StandardCopyOption.ATOMIC_MOVE);
        String program = name.substring(0, name.lastIndexOf('-') + 1);
        for (Path archive : files(ARCHIVE)) {
            String other = stem(archive, ARCHIVE);
            if (!other.equals(name) && other.startsWith(program)) {
                Files.deleteIfExists(archive);
            }
        }
    }

    private List<Path> files(String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String stem(Path file, String suffix) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - suffix.length());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
