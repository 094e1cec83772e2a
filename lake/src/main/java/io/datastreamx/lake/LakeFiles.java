package io.datastreamx.lake;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Plain files of the lake by Hadoop URI: policies, models, run states. Thread-safe. */
public final class LakeFiles {
    private final Configuration hadoop;

    LakeFiles(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    /** @throws UncheckedIOException with a {@link FileNotFoundException} where there is none */
    public byte[] read(String uri) {
        Path path = new Path(uri);
        try (InputStream in = fileSystem(path).open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + uri + ": " + e.getMessage(), e);
        }
    }

    /** Writes whole or not at all: readers never see half a file. Replaces what is there. */
    public void write(String uri, byte[] content) {
        Path path = new Path(uri);
        try {
            FileSystem fs = fileSystem(path);
            if (path.toUri().getScheme().equals("gs")) {
                // An object appears whole when its stream is closed; a rename would be a copy and leave a moment
                // without a file.
                try (OutputStream out = fs.create(path, true)) {
                    out.write(content);
                }
                return;
            }
            Path attempt =
                    new Path(path.getParent(), new Path(null, null, "." + path.getName() + "." + UUID.randomUUID()));
            try (OutputStream out = fs.create(attempt, true)) {
                out.write(content);
            }
            if (!fs.rename(attempt, path)) {
                fs.delete(path, false);
                if (!fs.rename(attempt, path)) {
                    throw new IOException("rename from " + attempt + " failed");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + uri, e);
        }
    }

    /**
     * Writes a file of one line where there is none, whole or not at all; of any number of processes that try at once
     * one succeeds.
     *
     * @return false where there is one already
     */
    public boolean createIfAbsent(String uri, String line) {
        Path path = new Path(uri);
        try {
            LogStores.of(path.toUri().getScheme(), hadoop)
                    .write(path, List.of(line).iterator(), false, hadoop);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + uri, e);
        }
    }

    public boolean exists(String uri) {
        Path path = new Path(uri);
        try {
            return fileSystem(path).exists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + uri, e);
        }
    }

    /** Names directly below a folder, sorted; none where the folder does not exist. */
    public List<String> list(String folderUri) {
        Path path = new Path(folderUri);
        try {
            List<String> names = new ArrayList<>();
            for (FileStatus status : fileSystem(path).listStatus(path)) {
                names.add(status.getPath().getName());
            }
            names.removeIf(name -> name.startsWith("."));
            names.sort(null);
            return names;
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folderUri, e);
        }
    }

    /** Removes one file; nothing happens where there is none. */
    public void delete(String uri) {
        Path path = new Path(uri);
        try {
            fileSystem(path).delete(path, false);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + uri, e);
        }
    }

    /** Removes a folder and all below it; nothing happens where there is none. */
    public void deleteFolder(String uri) {
        Path path = new Path(uri);
        try {
            fileSystem(path).delete(path, true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + uri, e);
        }
    }

    /** Gives a folder another name; nothing may have that name yet. */
    public void renameFolder(String uri, String other) {
        Path from = new Path(uri);
        Path to = new Path(other);
        try {
            FileSystem fs = fileSystem(from);
            if (fs.exists(to) || !fs.rename(from, to)) {
                throw new IOException("it was not renamed to " + to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot rename " + uri, e);
        }
    }

    private FileSystem fileSystem(Path path) throws IOException {
        return path.getFileSystem(hadoop);
    }
}
