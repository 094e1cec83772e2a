package io.datastreamx.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Writes files that hold secrets: readable by their owner alone, and there as a whole or not at all. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Makes the file, and its folder, where there is none; of several processes that do so at once the first wins. */
    public static void create(Path file, byte[] content) throws IOException {
        Path attempt = attempt(file, content);
        try {
            // A hard link fails where the file exists, so the first creator wins.
            Files.createLink(file, attempt);
        } catch (FileAlreadyExistsException e) {
            // Another process was first; its content is the one.
        } catch (UnsupportedOperationException e) {
            Files.move(attempt, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(attempt);
        }
    }

    /** Puts this content in the place of what is there; readers see the one or the other. */
    public static void replace(Path file, byte[] content) throws IOException {
        Files.move(attempt(file, content), file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path attempt(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path attempt = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        Files.createFile(attempt, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(attempt, content);
        return attempt;
    }
}
