package io.datastreamx.serving.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the files that copies are kept in. One that nobody uses was left by a process that ended, or by a load
 * that failed: the next copy goes on from it.
 */
final class CopyFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CopyFolder.class);
    private static final String PREFIX = "copy-";
    private static final String DATA = ".duckdb";

    private final Path folder;

    CopyFolder(Path folder) {
        this.folder = folder;
    }

    /** The one written last of those that nobody uses; empty where there is none. */
    Optional<CopyFile> left() {
        return files().stream()
                .filter(path -> path.toString().endsWith(DATA))
                .sorted(Comparator.comparing(CopyFolder::written).reversed())
                .flatMap(path -> CopyFile.claim(folder, name(path)).stream())
                .findFirst();
    }

    /** One that was not there. */
    CopyFile fresh() {
        return CopyFile.claim(folder, PREFIX + UUID.randomUUID()).orElseThrow();
    }

    /** Deletes all that nobody uses. */
    void clean() {
        files().stream().map(CopyFolder::name).distinct().forEach(name -> CopyFile.claim(folder, name)
                .ifPresent(file -> {
                    try (file) {
                        file.delete();
                    }
                }));
    }

    /** Deletes all that nobody uses, and the folder where nothing else is in it. */
    void delete() {
        clean();
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            LOG.debug("{} is used by others", folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + folder, e);
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString().split("\\.")[0];
    }

    private static long written(Path path) {
        return path.toFile().lastModified();
    }
}
