package io.datastreamx.testing;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The classes of a program's libraries, read and verified once and mapped into its later JVMs (class data sharing).
 * With Spark that is half of a start. The first start of a program writes down which classes it loads; the first one
 * after that has ended makes the archive, which costs as much as four starts. Where anything fails, JVMs start as they
 * would without.
 */
final class ClassArchive {
    private static final long PATIENCE_MINUTES = 5;

    private final Path folder;
    private final Path archive;
    private final Path list;
    private final String libraries;

    /** @param libraries the beginning of the class path, jars only */
    ClassArchive(List<Path> libraries) {
        this.libraries = libraries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        String name = UUID.nameUUIDFromBytes(
                        (System.getProperty("java.home") + this.libraries).getBytes(StandardCharsets.UTF_8))
                .toString();
        folder = Repository.root().resolve("target/class-archives");
        archive = folder.resolve(name + ".jsa");
        list = folder.resolve(name + ".classlist");
    }

    /** JVM options for a start: use the archive, or help to make it. */
    List<String> options() {
        try {
            Files.createDirectories(folder);
            if (!Files.exists(archive) && Files.exists(list)) {
                make();
            }
            if (Files.exists(archive)) {
                return List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto", "-Xlog:cds*=off");
            }
            return List.of("-XX:DumpLoadedClassList=" + unfinished());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** To be called when a process that got {@link #options} has ended by itself. */
    void ended() {
        if (Files.exists(unfinished()) && !Files.exists(list)) {
            try {
                Files.move(unfinished(), list, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                unfinished().toFile().delete();
            }
        }
    }

    private Path unfinished() {
        return folder.resolve(list.getFileName() + "." + ProcessHandle.current().pid());
    }

    private void make() throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || Files.exists(archive)) {
                return;
            }
            Path unfinished = folder.resolve(archive.getFileName() + ".new");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // G1 is what can put heap objects into an archive; any collector can take them out.
            command.addAll(List.of(
                    Repository.sparkJvmOptions(),
                    "-Xshare:dump",
                    "-XX:+UseG1GC",
                    "-Xmx1g",
                    "-XX:SharedClassListFile=" + list,
                    "-XX:SharedArchiveFile=" + unfinished,
                    "-cp",
                    libraries));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                Files.deleteIfExists(list);
                return;
            }
            Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
