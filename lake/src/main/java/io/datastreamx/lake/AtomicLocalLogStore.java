package io.datastreamx.lake;

import io.delta.storage.HDFSLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Delta commits on a local disk, safe between processes. Delta's default for {@code file:} looks whether the commit is
 * there and then renames over it, so of two processes that commit at the same moment one can erase the other's commit;
 * ingest and a night's maintenance write the same tables. A hard link either makes the file or fails because it exists.
 */
public class AtomicLocalLogStore extends HDFSLogStore {
    public AtomicLocalLogStore(Configuration hadoop) {
        super(hadoop);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop) throws IOException {
        if (overwrite) {
            super.write(path, actions, true, hadoop);
            return;
        }
        java.nio.file.Path commit = java.nio.file.Path.of(path.toUri().getPath());
        Files.createDirectories(commit.getParent());
        java.nio.file.Path attempt =
                commit.resolveSibling("." + commit.getFileName() + "." + UUID.randomUUID() + ".tmp");
        StringBuilder lines = new StringBuilder();
        actions.forEachRemaining(action -> lines.append(action).append('\n'));
        try {
            Files.writeString(attempt, lines, StandardCharsets.UTF_8);
            Files.createLink(commit, attempt);
        } finally {
            Files.deleteIfExists(attempt);
        }
    }
}
