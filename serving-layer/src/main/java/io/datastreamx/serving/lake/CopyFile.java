package io.datastreamx.serving.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A DuckDB file that a copy is kept in, with what belongs to it. It has one user at a time, in this process or another;
 * a lock beside it tells.
 */
final class CopyFile implements AutoCloseable {
    /** Locks of a file system tell processes apart, not those who share one. */
    private static final Set<Path> USED_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final String name;
    private final FileChannel lock;

    private CopyFile(Path folder, String name, FileChannel lock) {
        this.folder = folder;
        this.name = name;
        this.lock = lock;
    }

    /** @return empty where somebody uses it */
    static Optional<CopyFile> claim(Path folder, String name) {
        Path lock = lock(folder, name);
        if (!USED_HERE.add(lock)) {
            return Optional.empty();
        }
        boolean isClaimed = false;
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // A lock that its holder deleted before it let go is no lock.
            isClaimed = channel.tryLock() != null && Files.exists(lock);
            if (isClaimed) {
                return Optional.of(new CopyFile(folder, name, channel));
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + folder + " for the copy of the lake", e);
        } finally {
            if (!isClaimed) {
                USED_HERE.remove(lock);
            }
        }
    }

    /** What it and all that belongs to it is called, up to the first dot. */
    String name() {
        return name;
    }

    Path data() {
        return folder.resolve(name + ".duckdb");
    }

    /** Where DuckDB puts what does not fit into memory. */
    Path temporary() {
        return folder.resolve(name + ".tmp");
    }

    /** Deletes it, whoever still reads it; the claim stands until {@link #close}. */
    void delete() {
        Path lock = lock(folder, name);
        try {
            for (Path path : all()) {
                if (!path.equals(lock)) {
                    Files.deleteIfExists(path);
                }
            }
            Files.deleteIfExists(lock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + data(), e);
        }
    }

    /** Contents before their folders. */
    private List<Path> all() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder)
                            && folder.relativize(path).toString().startsWith(name + "."))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static Path lock(Path folder, String name) {
        return folder.toAbsolutePath().normalize().resolve(name + ".lock");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot let go of " + data(), e);
        } finally {
            USED_HERE.remove(lock(folder, name));
        }
    }
}
