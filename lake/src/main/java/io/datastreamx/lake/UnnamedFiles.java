package io.datastreamx.lake;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Data files of a table by day that none of the versions names which are kept. Delta's own vacuum knows the latest
 * version alone, and would delete what a rollback needs.
 */
final class UnnamedFiles {
    private UnnamedFiles() {}

    /** @return how many were deleted */
    static int delete(DeltaTable table, Collection<Long> kept, Instant writtenBefore, Configuration hadoop) {
        Set<String> named = new HashSet<>();
        kept.forEach(version -> table.state(version)
                .files()
                .forEach(file -> named.add(new Path(file.path()).toUri().getPath())));
        try {
            FileSystem files = new Path(table.uri()).getFileSystem(hadoop);
            List<Path> unnamed = new ArrayList<>();
            RemoteIterator<LocatedFileStatus> found = files.listFiles(new Path(table.uri()), true);
            while (found.hasNext()) {
                LocatedFileStatus file = found.next();
                String path = file.getPath().toUri().getPath();
                if (path.endsWith(".parquet")
                        && !path.contains("/_delta_log/")
                        && file.getModificationTime() < writtenBefore.toEpochMilli()
                        && !named.contains(path)) {
                    unnamed.add(file.getPath());
                }
            }
            for (Path file : unnamed) {
                files.delete(file, false);
            }
            return unnamed.size();
        } catch (FileNotFoundException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean up " + table.uri(), e);
        }
    }
}
