package io.datastreamx.lake;

import io.datastreamx.contract.policy.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;

/**
 * Local copies of data files of a lake that lies elsewhere, for readers that want a path, such as DuckDB. Files of a
 * local lake are used where they are. Data files never change, so a copy is good for as long as it is kept.
 * Thread-safe.
 */
public final class LocalCopies {
    /** A small file costs a round trip, whatever its size. */
    private static final int DOWNLOADS_AT_ONCE = 8;

    private final Configuration hadoop;
    private final Path folder;
    private final ExecutorService downloads = Executors.newFixedThreadPool(DOWNLOADS_AT_ONCE, LocalCopies::daemon);

    /** @param folder disposable; made when the first file is fetched */
    LocalCopies(Configuration hadoop, Path folder) {
        this.hadoop = hadoop;
        this.folder = folder;
    }

    /**
     * @param files as {@link LogFollower} names them
     * @return local paths in the same order
     * @throws UncheckedIOException with a {@link java.io.FileNotFoundException} where maintenance has removed a file
     */
    public List<String> of(List<String> files) {
        List<CompletableFuture<String>> copies = files.stream()
                .map(file -> isLocal(file)
                        ? CompletableFuture.completedFuture(file)
                        : CompletableFuture.supplyAsync(() -> fetch(file), downloads))
                .toList();
        try {
            return copies.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Deletes the copies of these files, where there are any; never files of a local lake. */
    public void drop(List<String> files) {
        files.stream().filter(file -> !isLocal(file)).forEach(file -> {
            try {
                Files.deleteIfExists(copyOf(file));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete the local copy of " + file, e);
            }
        });
    }

    private String fetch(String file) {
        Path copy = copyOf(file);
        if (Files.exists(copy)) {
            return copy.toString();
        }
        org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(file);
        Path attempt = copy.resolveSibling(copy.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(folder);
            try (InputStream in = source.getFileSystem(hadoop).open(source)) {
                Files.copy(in, attempt);
            }
            Files.move(attempt, copy, StandardCopyOption.ATOMIC_MOVE);
            return copy.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy " + file + " to " + folder, e);
        }
    }

    private Path copyOf(String file) {
        return folder.resolve(ArtifactRef.sha256(file.getBytes(StandardCharsets.UTF_8)) + ".parquet");
    }

    private static boolean isLocal(String file) {
        return file.startsWith("/");
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lake-download");
        thread.setDaemon(true);
        return thread;
    }
}
