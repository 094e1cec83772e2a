package io.datastreamx.lake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeFilesTest {
    @TempDir
    Path folder;

    @Test
    void writingReplacesAndLeavesNothingElse() {
        LakeFiles files = new Lake("file://" + folder).files();
        String uri = "file://" + folder + "/runs/r1.json";
        files.write(uri, new byte[] {1});
        files.write(uri, new byte[] {2, 3});
        assertArrayEquals(new byte[] {2, 3}, files.read(uri));
        assertEquals(List.of("r1.json"), List.of(folder.resolve("runs").toFile().list()));
        assertEquals(List.of("r1.json"), files.list("file://" + folder + "/runs"));
        files.deleteFolder("file://" + folder + "/runs");
        assertFalse(files.exists(uri));
        assertThrows(UncheckedIOException.class, () -> files.read(uri));
        assertEquals(List.of(), files.list("file://" + folder + "/nowhere"));
    }

    @Test
    void theKeyFileIsMadeOnceAndOnlyForItsOwner() throws Exception {
        Path file = folder.resolve("secrets/keys.json");
        String pseudonym = Keys.loadOrCreate(file).pseudonym("box");
        assertEquals(pseudonym, Keys.loadOrCreate(file).pseudonym("box"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
}
