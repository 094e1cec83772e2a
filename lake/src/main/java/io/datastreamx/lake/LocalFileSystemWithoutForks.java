package io.datastreamx.lake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local file system without a forked {@code chmod} for each file and without checksum side files. Cuts a
 * checkpoint's commit from 35–40 ms to about 1 ms. Not for RocksDB state stores.
 */
public class LocalFileSystemWithoutForks extends RawLocalFileSystem {
    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
        Files.setPosixFilePermissions(
                pathToFile(path).toPath(),
                PosixFilePermissions.fromString(permission.toString().substring(0, 9)));
    }
}
